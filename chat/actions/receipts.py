"""Telling people how far their messages have come."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from chat.models import FIRST_PARTICIPANTS, Message, Participant, Position, Receipt, ReceiptStatus, shares_reads
from realtime import topics
from realtime.log import append_many, new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from chat.models import Conversation
    from realtime.models import Event

COUNTS_EVERY = timedelta(milliseconds=500)
MARGIN = timedelta(days=1)  # what is deleted is not shown by then, whichever server's clock is behind
TIDIED_AT_ONCE = 1000
FEW = 3  # people at once: of each an event of their own, which all get but them
COUNTED_MESSAGES = 20  # the last of those that somebody came to; their senders are told


def note_receipts(moved: Mapping[Conversation, Collection[Position]], status: ReceiptStatus) -> None:
    """Keep when people moved forward, and tell the others. The rows of the conversations are locked.

    Args:
        moved: for each conversation those who moved, with their new positions.
        status: which of the two positions it is; read is received as well.
    """
    now = timezone.now()
    Receipt.objects.bulk_create(
        Receipt(conversation=conversation, status=status, at=now, positions=_positions(people, status))
        for conversation, people in moved.items()
    )
    hidden_from = unwilling([each for each in moved if each.participant_count <= FIRST_PARTICIPANTS])
    events: list[Event] = []
    for conversation, people in moved.items():
        if conversation.participant_count > FIRST_PARTICIPANTS:
            events += _counts(conversation, people)
        else:
            events += _receipts(conversation, people, now, hidden_from[conversation.pk])
    append_many(events)


def tidy_receipts() -> None:
    """Forget when people moved, of messages whose times nobody is told any more. For a job that runs now and then."""
    over = timezone.now() - timedelta(days=settings.RECEIPT_DAYS) - MARGIN
    while True:
        # In order of their ids, which is that of time: there is no index of the time alone, for each reading would pay.
        oldest = list(Receipt.objects.order_by("pk").values_list("pk", "at")[:TIDIED_AT_ONCE])
        old = [pk for pk, at in oldest if at < over]
        Receipt.objects.filter(pk__in=old).delete()
        if len(old) < TIDIED_AT_ONCE:
            break


def _positions(people: Collection[Position], status: ReceiptStatus) -> dict[str, int]:
    name = "read_seq" if status == ReceiptStatus.READ else "delivered_seq"
    return {each.user_id: getattr(each, name) for each in people}


def unwilling(conversations: Collection[Conversation]) -> dict[UUID, set[str]]:
    """Who of each conversation hides what they have read, and so sees nothing of others."""
    found: dict[UUID, set[str]] = defaultdict(set)
    if not conversations:
        return found
    hidden = Participant.objects.filter(
        conversation__in=[each.pk for each in conversations], left_at=None, user__preferences__receipts=False
    )
    for conversation_id, user_id in hidden.values_list("conversation_id", "user_id"):
        found[conversation_id].add(str(user_id))
    return found


def _receipts(
    conversation: Conversation, people: Collection[Position], at: datetime, unwilling: set[str]
) -> Iterator[Event]:
    """One event for the others, and one for each who must not see what was read."""
    if 1 < len(people) <= FEW:
        for each in people:
            yield from _receipts(conversation, [each], at, unwilling)
        return
    # Nobody is told of themselves alone; among many their own entry does no harm.
    alone = {each.user_id for each in people} if len(people) == 1 else set()
    skips = alone | unwilling
    yield new(
        topic=topics.conversation(conversation.pk),
        type="receipt.updated",
        payload=_payload(conversation, people, at, read=True),
        skips=sorted(skips),
    )
    for user_id in sorted(unwilling - alone):
        payload = _payload(conversation, people, at, read=False)
        yield new(topic=topics.user(user_id), type="receipt.updated", payload=payload)


def _payload(conversation: Conversation, people: Collection[Position], at: datetime, *, read: bool) -> dict[str, Any]:
    receipts = [
        {
            "user_id": each.user_id,
            "delivered_seq": each.delivered_seq,
            "read_seq": each.read_seq if read else 0,
            "at": at,
        }
        for each in people
    ]
    return {"conversation_id": conversation.pk, "receipts": receipts}


def _counts(conversation: Conversation, people: Collection[Position]) -> Iterator[Event]:
    """In a large group only numbers, and only for those whose messages were reached, now and then."""
    now = timezone.now()
    if conversation.counts_told_at is not None and now - conversation.counts_told_at < COUNTS_EVERY:
        return
    upto = max(max(each.delivered_seq, each.read_seq) for each in people)
    said = Message.objects.filter(conversation=conversation, seq__lte=upto, seq__gt=upto - COUNTED_MESSAGES)
    last_of = {message.sender_id: message for message in said.countable().select_related("sender").order_by("seq")}
    for message in last_of.values():
        if message.sender is not None:
            counts = {
                "seq": message.seq,
                **Participant.objects.reached(message, shares_reads=shares_reads(message.sender)),
            }
            payload = {"conversation_id": conversation.pk, "counts": counts}
            yield new(topic=topics.user(message.sender.pk), type="receipt.updated", payload=payload)
    conversation.counts_told_at = now
    conversation.save(update_fields=["counts_told_at"])
