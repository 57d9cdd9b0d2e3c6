"""Messages that people keep for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chat.models.messages import Message

if TYPE_CHECKING:
    from accounts.models import User


def of_visible_messages(user: User) -> Q:
    """Which rows with a `message` tell of one that the person may still see."""
    return Q(
        message__deleted_at=None,
        message__conversation__deleted_at=None,
        message__conversation__participants__user=user,
        message__conversation__participants__left_at=None,
        message__seq__gte=F("message__conversation__participants__first_seq"),
    )


class StarQuerySet(models.QuerySet["Star"]):
    """Reads of stars."""

    def visible_to(self, user: User) -> Self:
        """The person's own, of messages that they may still see."""
        return self.filter(of_visible_messages(user), user=user)


class Star(models.Model):
    """That somebody keeps a message: nobody else knows."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="stars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StarQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["message", "user"], name="star_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["user", "-created_at", "-id"], name="star_newest")]

    def __str__(self) -> str:
        return f"★ {self.message_id} of {self.user_id}"
