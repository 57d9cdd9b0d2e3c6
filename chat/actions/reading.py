"""How far people have read."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q

from accounts.models import User
from chat.actions.receipts import note_receipts
from chat.models import Message, Participant, Position, ReceiptStatus, shares_reads
from chat.serializers import MAX_SEQ, senders_read
from realtime import topics
from realtime.log import append


def mark_read(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Move the person's read position forward, to `seq` or the last message; never back.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        position = min(seq, participant.conversation.last_seq)
        if position > participant.marker_seq:
            move_marker(participant, position)
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
        participant.sender_reads.all().delete()
        tell_unread(participant)
    return participant


def mark_all_read(*, user: User) -> None:
    """Nothing is unread any more. One transaction for each conversation: no send waits for all of them."""
    for conversation_id in sorted(Message.objects.unread_counts(user)["conversations"]):
        with suppress(Participant.DoesNotExist):  # they left it a moment ago
            mark_read(user=user, conversation_id=UUID(conversation_id), seq=MAX_SEQ)


def mark_sender_read(*, user: User, sender: User) -> None:
    """Nothing of one sender is unread any more, and what others said stays so. A transaction for each conversation."""
    said = Message.objects.filter(conversation=OuterRef("conversation"), seq__gt=OuterRef("marker_seq"), sender=sender)
    behind = Participant.objects.active().filter(Exists(said), user=user).order_by("conversation")
    for conversation_id in behind.values_list("conversation", flat=True):
        with suppress(Participant.DoesNotExist), transaction.atomic():
            _read_sender(Participant.objects.find_locked(user, conversation_id), sender)


def _read_sender(participant: Participant, sender: User) -> None:
    """Move the marker as far as only this sender's messages are unread, and note the rest by itself."""
    unread = participant.history().countable().filter(seq__gt=participant.marker_seq).heard_by(participant.user)
    found = unread.aggregate(last=Max("seq", filter=Q(sender=sender)), other=Min("seq", filter=~Q(sender=sender)))
    last, other = found["last"], found["other"]
    if last is None:
        return
    position = last if other is None else min(last, other - 1)
    if position > participant.marker_seq:
        move_marker(participant, position)
    if position < last:
        participant.sender_reads.update_or_create(sender=sender, defaults={"seq": last})
    tell_unread(participant)


def move_marker(participant: Participant, position: int) -> None:
    """Move the marker forward, and with it what the others see, who are told. The conversation's row is locked.

    Who hides what they have read stays, for the others, where they were: nothing that was shown is taken back.
    """
    participant.marker_seq = position
    status = None
    if settings.RECEIPTS and position > participant.delivered_seq:
        participant.delivered_seq, status = position, ReceiptStatus.DELIVERED
    if shares_reads(participant.user) and position > participant.read_seq:
        participant.read_seq, status = position, ReceiptStatus.READ
    participant.save(update_fields=["marker_seq", "read_seq", "delivered_seq"])
    if status is not None:
        moved = Position(str(participant.user_id), participant.delivered_seq, participant.read_seq)
        note_receipts({participant.conversation: [moved]}, status)


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
            "read_senders": senders_read(participant),
            "last_seq": participant.conversation.last_seq,
            "deleted_count": participant.conversation.deleted_count,
            "total": counts["total"],
        },
    )
