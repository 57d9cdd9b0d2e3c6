"""What messages said before they were edited."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from chat.models.messages import Message


class MessageEdit(models.Model):
    """What a message said up to a moment: for staff, until the message is deleted."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="edits")
    content = models.TextField(blank=True)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar[list[Any]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.message_id} until {self.edited_at}"
