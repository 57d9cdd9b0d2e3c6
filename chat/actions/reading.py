"""How far people have read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, prefetch_related_objects

from accounts.models import User
from chat.actions.receipts import note_receipts
from chat.models import Message, Participant, Position, ReceiptStatus, shares_reads, unread_of_many
from chat.serializers import MAX_SEQ, senders_read
from realtime import topics
from realtime.log import append, append_many, new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chat.models import Conversation
    from realtime.models import Event

AT_ONCE = 50  # conversations in one transaction
PEOPLE_AT_ONCE = 200
MOVED = ["marker_seq", "read_seq", "delivered_seq"]


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
    """Nothing is unread any more. A transaction for each `AT_ONCE` conversations: no send waits for all of them."""
    unread = sorted(UUID(each) for each in Message.objects.unread_counts(user)["conversations"])
    for start in range(0, len(unread), AT_ONCE):
        some = unread[start : start + AT_ONCE]
        try:
            with transaction.atomic():
                _read_to_the_end(user, some)
        except Participant.DoesNotExist:  # they left one a moment ago
            for conversation_id in some:
                with suppress(Participant.DoesNotExist):
                    mark_read(user=user, conversation_id=conversation_id, seq=MAX_SEQ)


def _read_to_the_end(user: User, conversation_ids: list[UUID]) -> None:
    """Several conversations at once: as many statements for fifty as for one."""
    places = [each for _id, each in sorted(Participant.objects.find_all_locked(user, conversation_ids).items())]
    behind = [each for each in places if each.conversation.last_seq > each.marker_seq]
    moved: dict[ReceiptStatus, dict[Conversation, list[Position]]] = {}
    for each in behind:
        status = _move(each, each.conversation.last_seq)
        if status is not None:
            moved.setdefault(status, {})[each.conversation] = [_position(each)]
    Participant.objects.bulk_update(behind, MOVED)
    for status, by_conversation in moved.items():
        note_receipts(by_conversation, status)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    total = Message.objects.unread_counts(user)["total"]
    # Nothing lies beyond a marker at the end: no counts, and no messages of single senders.
    append_many([_unread_event(each, unread=0, mentions=0, read_senders={}, total=total) for each in behind])


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
    status = _move(participant, position)
    participant.save(update_fields=MOVED)
    if status is not None:
        note_receipts({participant.conversation: [_position(participant)]}, status)


def _move(participant: Participant, position: int) -> ReceiptStatus | None:
    """Set a participant's positions: what the others are to be told."""
    participant.marker_seq = position
    status = None
    if settings.RECEIPTS and position > participant.delivered_seq:
        participant.delivered_seq, status = position, ReceiptStatus.DELIVERED
    if shares_reads(participant.user) and position > participant.read_seq:
        participant.read_seq, status = position, ReceiptStatus.READ
    return status


def _position(participant: Participant) -> Position:
    return Position(str(participant.user_id), participant.delivered_seq, participant.read_seq)


def tell_unread(participant: Participant) -> None:
    """Tell a person's own devices what is unread, in the transaction that changes it; their conversation is locked."""
    # The person's row orders what their devices hear of several conversations at once.
    user = User.objects.select_for_update(no_key=True).get(pk=participant.user_id)
    counts = Message.objects.unread_counts(user)
    told = _unread(
        participant,
        unread=counts["conversations"].get(str(participant.conversation_id), 0),
        mentions=participant.unread_mentions(),
        read_senders=senders_read(participant),
        total=counts["total"],
    )
    append(topic=topics.user(user.pk), type="unread.updated", payload=told)


def tell_all_unread(participants: Sequence[Participant]) -> None:
    """The same for many of one conversation, ordered by their people's ids: a few statements for hundreds of them."""
    for start in range(0, len(participants), PEOPLE_AT_ONCE):
        some = participants[start : start + PEOPLE_AT_ONCE]
        ids = [each.user_id for each in some]
        list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
        prefetch_related_objects(some, "sender_reads")
        counted = unread_of_many(ids, some[0].conversation_id)
        append_many(
            [_unread_event(each, **counted[each.user_id]._asdict(), read_senders=senders_read(each)) for each in some]
        )


def _unread_event(participant: Participant, **counts: Any) -> Event:
    payload = _unread(participant, **counts)
    return new(topic=topics.user(participant.user_id), type="unread.updated", payload=payload)


def _unread(
    participant: Participant, *, unread: int, mentions: int, read_senders: dict[str, int], total: int
) -> dict[str, Any]:
    return {
        "conversation_id": participant.conversation_id,
        "unread": unread,
        "mentions": mentions,
        "read_seq": participant.marker_seq,
        "read_senders": read_senders,
        "last_seq": participant.conversation.last_seq,
        "deleted_count": participant.conversation.deleted_count,
        "total": total,
    }
