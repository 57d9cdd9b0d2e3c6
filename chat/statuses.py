"""Who has received and read a message, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from accounts.paging import encode_cursor
from accounts.serializers import user_json
from chat.keyset import number_of
from chat.models import Participant, Receipt, ReceiptStatus, shares_reads

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from chat.models import Message

PAGE = 100  # people
CLOCKS_DIFFER = timedelta(seconds=5)  # between servers, at most
MAX_RECEIPTS = 5000  # looked through for times; who took longer than that many has none

Times = dict[str, "datetime"]  # person -> since when


def message_statuses(viewer: User, message: Message, *, after: str | None = None, limit: int = PAGE) -> dict[str, Any]:
    """The recipients of a message as one person may know of them: {summary, statuses, people, next}.

    Raises:
        ValidationError: `after` is no cursor of this list.
    """
    shares = shares_reads(viewer)
    people = Participant.objects.recipients(message).select_related("user").order_by("pk")
    if after is not None:
        people = people.filter(pk__gt=number_of(after))
    found = list(people[: limit + 1])
    page = found[:limit]
    delivered, read = _times(message, page, reads=shares)
    return {
        "summary": Participant.objects.reached(message, shares_reads=shares),
        "statuses": [_status(message, each, delivered, read, reads=shares) for each in page],
        "people": [user_json(each.user) for each in page],
        "next": encode_cursor(str(page[-1].pk)) if len(found) > limit else None,
    }


def own_status(participant: Participant, message: Message) -> str:
    """How far a message has come to the participant themselves, who may hide that from others."""
    if message.seq <= participant.marker_seq:
        return "read"
    return "delivered" if message.seq <= participant.delivered_seq else "sent"


def _status(message: Message, each: Participant, delivered: Times, read: Times, *, reads: bool) -> dict[str, Any]:
    has_read = reads and each.read_seq >= message.seq
    has_it = each.delivered_seq >= message.seq
    return {
        "user_id": each.user_id,
        "status": "read" if has_read else "delivered" if has_it else "sent",
        "delivered_at": delivered.get(str(each.user_id)),
        "read_at": read.get(str(each.user_id)),
    }


def _times(message: Message, people: list[Participant], *, reads: bool) -> tuple[Times, Times]:
    """Since when each has it and has read it: the first entry in which they had come as far. Read is received.

    None of a message that is older than entries are kept: a later entry would say a later time.
    """
    if message.created_at < timezone.now() - timedelta(days=settings.RECEIPT_DAYS):
        return {}, {}
    seq = message.seq
    without_delivered = {str(each.user_id) for each in people if each.delivered_seq >= seq}
    without_read = {str(each.user_id) for each in people if reads and each.read_seq >= seq}
    delivered: Times = {}
    read: Times = {}
    entries = Receipt.objects.filter(conversation=message.conversation_id, at__gte=message.created_at - CLOCKS_DIFFER)
    rows = entries.order_by("at", "id").values_list("status", "at", "positions")[:MAX_RECEIPTS]
    for status, at, positions in rows.iterator(200) if without_delivered else ():
        for user_id in [each for each in without_delivered if positions.get(each, 0) >= seq]:
            without_delivered.discard(user_id)
            delivered[user_id] = at
        if status == ReceiptStatus.READ:
            for user_id in [each for each in without_read if positions.get(each, 0) >= seq]:
                without_read.discard(user_id)
                read[user_id] = at
        if not without_delivered and not without_read:
            break
    return delivered, read
