"""What a moderator, or staff, took away, so that it can be put back; and all that goes where staff hold it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from chat.models.messages import Message


class RemovedMessage(models.Model):
    """What a message said until somebody else removed it. Its files wait with it (`Attachment.removed`).

    Gone from the message, the log and everybody's view; read with a permission, purged after `BROOK_REMOVED_DAYS`.
    What people delete themselves is kept only while their conversation is held (`for_hold`): for its export alone.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="removed")
    content = models.TextField(blank=True)
    mentions = models.JSONField(default=list)
    mentions_all = models.BooleanField(default=False)
    reply_to = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    removed_at = models.DateTimeField(db_index=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    for_hold = models.BooleanField(default=False)  # shown on no page, never put back, gone with the hold

    class Meta:
        default_permissions: ClassVar[tuple[str, ...]] = ("view",)
        ordering: ClassVar[list[Any]] = ["-removed_at"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["removed_at"], name="removed_for_hold", condition=models.Q(for_hold=True)),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} until {self.removed_at}"
