"""What people report to staff. Every change is made by `moderation.actions`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import new_id
from chat.models import Message


class Reason(models.TextChoices):
    """Why somebody reports something."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    ILLEGAL = "illegal"
    OTHER = "other"


class State(models.TextChoices):
    """What became of a report."""

    OPEN = "open"
    REMOVED = "removed", "Message removed"
    DISMISSED = "dismissed"


class Report(models.Model):
    """That somebody thinks a message should not be there. It copies nothing of the message: what is deleted is gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["message", "reporter"], name="report_once"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "-id"], name="report_queue")]

    def __str__(self) -> str:
        return f"{self.message} for {self.reason}"
