"""Which messages of one sender somebody has read, though not all before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from realtime.compiled import AnyOf, CompiledRows, Slot, Slots

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


class SenderReadQuerySet(models.QuerySet["SenderRead"]):
    """Reads of what was read."""

    def covering(
        self, user: User | UUID | Slot, *, sender: str = "sender", conversation: str = "conversation"
    ) -> Exists:
        """Whether one of the person's covers a row with `seq`, for a query of messages, or of what refers to them."""
        return Exists(
            self.filter(
                participant__user=user,
                participant__conversation=OuterRef(conversation),
                sender=OuterRef(sender),
                seq__gte=OuterRef("seq"),
            )
        )

    def beyond_markers(self) -> Self:
        """Those that still say something."""
        return self.filter(seq__gt=models.F("participant__marker_seq"))


class SenderRead(models.Model):
    """That a participant has read what one sender said up to some message, beyond the marker."""

    id = models.BigAutoField(primary_key=True)
    participant = models.ForeignKey("Participant", on_delete=models.CASCADE, related_name="sender_reads")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()

    objects = SenderReadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["participant", "sender"], name="sender_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} read {self.sender_id} up to {self.seq}"


# participant_id, sender_id, seq of what a person has read beyond their markers in some conversations
READS_OF: CompiledRows[SenderRead] = CompiledRows(
    lambda: (
        SenderRead.objects.beyond_markers()
        .filter(
            AnyOf("participant__conversation_id", Slots("ids", models.UUIDField())),
            participant__user=Slot("user", models.UUIDField()),
        )
        .values_list("participant_id", "sender_id", "seq")
    )
)
