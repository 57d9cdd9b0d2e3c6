"""How far messages were handed to people: told by a person's program, or by the hubs that hold the streams."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Value, When

from chat.actions.receipts import note_receipts
from chat.models import Conversation, Participant, ReceiptStatus
from realtime import topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accounts.models import User
    from realtime.handover import CaughtUp, Window
    from realtime.log import PlacedEvent

Reached = dict[UUID, dict[UUID, int]]  # conversation -> person -> up to which seq

# In one transaction: few enough that no send waits long, many enough that a busy half second needs few.
MAX_CONVERSATIONS = 20
MAX_PEOPLE = 500


def mark_delivered(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Note that the person has received everything up to `seq` or the last message; never back.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        if settings.RECEIPTS:
            _move({conversation_id: {user.pk: seq}})
            participant.refresh_from_db(fields=["delivered_seq"])
    return participant


def note_handed_over(window: Window) -> None:
    """What the hub handed to open streams in half a second; `realtime` calls it by REALTIME["HANDED_OVER"].

    A window needs few transactions, however many people, messages or streams. Doing it twice changes nothing.
    """
    if not settings.RECEIPTS:
        return
    reached = _caught_up(window)
    for handed in window.handed:
        said = [_said(event) for event in handed.events]
        conversation_id, seq = said[-1][:2]
        senders = {sender for _conversation, _seq, sender in said}
        for user_id in handed.user_ids:
            if len(senders) > 1 or user_id not in senders:  # one's own messages need no delivery
                _reach(reached, conversation_id, UUID(user_id), seq)
    for part in _parts(reached):
        with transaction.atomic():
            _move(part)


def _said(event: PlacedEvent) -> tuple[UUID, int, str | None]:
    message: dict[str, Any] = orjson.loads(event.payload)["message"]
    sender = message["sender"]
    return UUID(message["conversation_id"]), message["seq"], sender["id"] if sender else None


def _reach(reached: Reached, conversation_id: UUID, user_id: UUID, seq: int) -> None:
    people = reached[conversation_id]
    people[user_id] = max(people.get(user_id, 0), seq)


def _caught_up(window: Window) -> Reached:
    """What those who opened a stream have by that: everything that was said before the place it went live at."""
    reached: Reached = defaultdict(dict)
    opened: dict[UUID, list[CaughtUp]] = defaultdict(list)
    for each in window.caught_up:
        opened[UUID(each.user_id)].append(each)
    behind = Participant.objects.active().filter(user__in=opened, delivered_seq__lt=F("conversation__last_seq"))
    rows = behind.values_list("conversation_id", "user_id", "conversation__last_seq")
    for conversation_id, user_id, last_seq in rows if opened else ():
        topic = topics.conversation(conversation_id)
        upto = max((each.pos for each in opened[user_id] if each.topics is None or topic in each.topics), default=None)
        if upto is not None:
            later = [_said(event)[1] for event in window.events.get(topic, ()) if event.pos > upto]
            _reach(reached, conversation_id, user_id, min([last_seq + 1, *later]) - 1)
    return reached


def _parts(reached: Reached) -> Iterator[Reached]:
    """The same in the order of the conversations, as much of it at a time as one transaction takes."""
    part: Reached = {}
    size = 0
    for conversation_id in sorted(reached):
        people = list(reached[conversation_id].items())
        for start in range(0, len(people), MAX_PEOPLE):
            some = people[start : start + MAX_PEOPLE]
            if part and (size + len(some) > MAX_PEOPLE or len(part) >= MAX_CONVERSATIONS or conversation_id in part):
                yield part
                part, size = {}, 0
            part[conversation_id] = dict(some)
            size += len(some)
    if part:
        yield part


def _move(reached: Mapping[UUID, Mapping[UUID, int]]) -> None:
    """Move people forward where they are behind, and tell the others. Six queries, however many.

    Conversations are locked in the order of their ids: two of these never wait for each other, and a send locks one.
    """
    locked = Conversation.objects.select_for_update(no_key=True).filter(pk__in=reached, deleted_at=None).order_by("pk")
    conversations = {conversation.pk: conversation for conversation in locked}
    people = {user_id for those in reached.values() for user_id in those}
    moved: dict[Conversation, list[Participant]] = defaultdict(list)
    to: dict[int, list[int]] = defaultdict(list)
    for each in Participant.objects.filter(conversation__in=conversations, user__in=people, left_at=None):
        conversation = conversations[each.conversation_id]
        seq = min(reached[conversation.pk].get(each.user_id, 0), conversation.last_seq)
        if seq > each.delivered_seq:
            each.delivered_seq = seq
            moved[conversation].append(each)
            to[seq].append(each.pk)
    if moved:
        cases = [When(pk__in=ids, then=Value(seq)) for seq, ids in to.items()]
        everybody = [pk for ids in to.values() for pk in ids]
        Participant.objects.filter(pk__in=everybody).update(delivered_seq=Case(*cases, output_field=BigIntegerField()))
        note_receipts(moved, ReceiptStatus.DELIVERED)
