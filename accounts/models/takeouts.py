"""All that a person has here, as one file: asked for by the person, made by the worker, kept for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models.users import User, new_id

if TYPE_CHECKING:
    from datetime import datetime


class TakeoutQuerySet(models.QuerySet["Takeout"]):
    """Reads of them."""

    def due(self, stale: datetime) -> Self:
        """Those to be made, and those whose maker has not been heard of since `stale`."""
        waiting = Q(state=Takeout.State.WAITING)
        return self.filter(waiting | Q(state=Takeout.State.RUNNING, alive_at__lt=stale))

    def of(self, user: User, now: datetime) -> Takeout | None:
        """The person's, as long as it is kept."""
        return self.filter(user=user, expires_at__gt=now).first()


class Takeout(models.Model):
    """The one of a person: another one takes its place."""

    class State(models.TextChoices):
        """What became of it so far."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="takeout")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was begun: who began it last may finish it
    alive_at = models.DateTimeField(null=True)  # when whoever makes it was last heard of
    file = models.CharField(max_length=100, blank=True)  # its name in the storage
    size = models.PositiveBigIntegerField(null=True)  # bytes
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = TakeoutQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["created_at"], name="takeout_due", condition=Q(state__in=["waiting", "running"])),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.user_id}"
