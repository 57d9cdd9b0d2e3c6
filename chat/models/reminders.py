"""Messages that people want to be reminded of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models

from chat.models.messages import Message
from chat.models.stars import of_visible_messages

if TYPE_CHECKING:
    from accounts.models import User


class ReminderQuerySet(models.QuerySet["Reminder"]):
    """Reads of reminders."""

    def visible_to(self, user: User) -> Self:
        """The person's own, of messages that they may still see."""
        return self.filter(of_visible_messages(user), user=user)


class Reminder(models.Model):
    """That somebody wants to be reminded of a message at some time. It is gone when it was."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    remind_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["message", "user"], name="reminder_once")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["remind_at"], name="reminder_due"),
            models.Index(fields=["user", "remind_at", "id"], name="reminder_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.message_id} at {self.remind_at}"
