"""What people have begun to write."""

from __future__ import annotations

from django.db import models

from accounts.models import new_id
from chat.models.conversations import Participant
from chat.models.messages import Message


class Draft(models.Model):
    """A message that somebody has not sent yet, in one conversation.

    The row stays when the draft is sent or emptied: `version` never counts the same twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="draft")
    content = models.TextField(blank=True)
    reply_to = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    # What another device wrote, and this version was written over without having seen it.
    conflict_content = models.TextField(blank=True)
    conflict_updated_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"draft {self.version} of {self.participant_id}"
