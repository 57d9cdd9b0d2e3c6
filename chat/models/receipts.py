"""How far messages have come to people, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from chat.models.conversations import Conversation

if TYPE_CHECKING:
    from accounts.models import User


class ReceiptStatus(models.TextChoices):
    """How far a message has come to a person."""

    DELIVERED = "delivered"
    READ = "read"


class Receipt(models.Model):
    """That people came to have received or read up to some message, and when.

    One row may tell of many people: `positions` is {user id: up to which seq}. The status of message n for a person is
    the earliest row in which theirs is at least n.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="receipts", db_index=False)
    status = models.CharField(max_length=9, choices=ReceiptStatus)
    at = models.DateTimeField()
    positions = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["conversation", "at", "id"], name="receipt_time")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.status} by {len(self.positions)}"


def shares_reads(user: User) -> bool:
    """Whether others see what a person has read, and so the person what others have."""
    return bool(settings.RECEIPTS and user.prefers("receipts"))
