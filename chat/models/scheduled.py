"""Messages that are to be sent later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import new_id
from chat.models.conversations import Conversation
from chat.models.messages import Message, MessageType

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class ScheduledState(models.TextChoices):
    """What became of it so far."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # refused when its time came: `reason` says why


class ScheduledMessageQuerySet(models.QuerySet["ScheduledMessage"]):
    """Reads of scheduled messages."""

    def due(self, now: datetime) -> Self:
        """Those whose time has come."""
        return self.filter(state=ScheduledState.WAITING, send_at__lte=now)


class ScheduledMessage(models.Model):
    """What somebody wants to say at some time. Once sent it stays for a while, without its content, so that asking for
    the same again is noticed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="scheduled")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    client_id = models.CharField(max_length=64)  # of the message to be
    content = models.TextField(blank=True)
    type = models.CharField(max_length=6, choices=MessageType, blank=True)  # blank: follows from what is attached
    # Kept when the message goes from the database: it was to be an answer, and must not become something else.
    reply_to = models.ForeignKey(
        Message, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    thread_root = models.ForeignKey(
        Message, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    send_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=ScheduledState, default=ScheduledState.WAITING)
    reason = models.CharField(max_length=32, blank=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScheduledMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "client_id"], name="scheduled_client_id"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["send_at"], name="scheduled_due", condition=Q(state="waiting")),
            models.Index(fields=["user", "send_at", "id"], name="scheduled_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.send_at} in {self.conversation_id}"

    @property
    def attachment_ids(self) -> list[UUID]:
        """Of the files that go with it, in their order."""
        return [attachment.pk for attachment in self.attachments.all()]
