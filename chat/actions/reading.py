"""How far people have read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.models import Message, Participant, Receipt, ReceiptStatus
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID


def mark_read(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Move the person's read position forward, to `seq` or the last message; never back.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        position = min(seq, participant.conversation.last_seq)
        if position > participant.marker_seq:
            participant.marker_seq = position
            further = position > participant.read_seq
            if further:
                participant.read_seq = position
                participant.delivered_seq = max(participant.delivered_seq, position)
            participant.save(update_fields=["marker_seq", "read_seq", "delivered_seq"])
            if further:
                _tell_receipt(participant)
            tell_unread(participant)
    return participant


def mark_unread_from(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Make `seq` the first unread message: the one move that may go back. What others see as read stays read.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        participant.marker_seq = min(max(seq, participant.first_seq) - 1, participant.conversation.last_seq)
        participant.save(update_fields=["marker_seq"])
        tell_unread(participant)
    return participant


def _tell_receipt(participant: Participant) -> None:
    now = timezone.now()
    Receipt.objects.create(
        conversation=participant.conversation,
        status=ReceiptStatus.READ,
        at=now,
        positions={str(participant.user_id): participant.read_seq},
    )
    receipt = {
        "user_id": participant.user_id,
        "delivered_seq": participant.delivered_seq,
        "read_seq": participant.read_seq,
        "at": now,
    }
    append(
        topic=topics.conversation(participant.conversation_id),
        type="receipt.updated",
        payload={"conversation_id": participant.conversation_id, "receipts": [receipt]},
        skips=[participant.user_id],
    )


def tell_unread(participant: Participant) -> None:
    """Tell a person's own devices what is unread, in the transaction that changes it; their conversation is locked."""
    # The person's row orders what their devices hear of several conversations at once.
    user = User.objects.select_for_update(no_key=True).get(pk=participant.user_id)
    counts = Message.objects.unread_counts(user)
    append(
        topic=topics.user(user.pk),
        type="unread.updated",
        payload={
            "conversation_id": participant.conversation_id,
            "unread": counts["conversations"].get(str(participant.conversation_id), 0),
            "mentions": participant.unread_mentions(),
            "read_seq": participant.marker_seq,
            "last_seq": participant.conversation.last_seq,
            "deleted_count": participant.conversation.deleted_count,
            "total": counts["total"],
        },
    )
