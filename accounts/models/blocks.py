"""Who wants nothing of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.users import User

if TYPE_CHECKING:
    from uuid import UUID

    from realtime.compiled import Slot


class BlockQuerySet(models.QuerySet["Block"]):
    """Who wants nothing of whom."""

    def by(self, user: User) -> list[str]:
        """Ids of the people whom this person has blocked, the first blocked first."""
        return [str(user_id) for user_id in self.filter(blocker=user).order_by("id").values_list("blocked", flat=True)]

    def between(self, first: User | UUID | Slot, second: User | UUID | Slot) -> BlockQuerySet:
        """Those of one of the two against the other."""
        return self.filter(Q(blocker=first, blocked=second) | Q(blocker=second, blocked=first))

    def around(self, user: User | UUID) -> set[UUID]:
        """Ids of all who have blocked this person, or whom this person has blocked."""
        pairs = self.filter(Q(blocker=user) | Q(blocked=user)).values_list("blocker_id", "blocked_id")
        return {user_id for pair in pairs for user_id in pair} - {user.pk if isinstance(user, User) else user}


class Block(models.Model):
    """That one person wants nothing of another, who is not told."""

    id = models.BigAutoField(primary_key=True)
    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
