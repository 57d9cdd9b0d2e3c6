"""How far messages were handed to people: told by a person's program, or by the hubs that hold the streams."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F

from chat.actions.receipts import note_receipts
from chat.models import Conversation, Participant, ReceiptStatus, deliver
from realtime import topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from accounts.models import User
    from realtime.handover import CaughtUp, Window
    from realtime.log import PlacedEvent

Reached = dict[str, dict[str, int]]  # conversation -> person -> up to which seq

# In one transaction: few enough that no send waits long, many enough that a busy half second needs few.
MAX_CONVERSATIONS = 20
MAX_PEOPLE = 1000


def mark_delivered(*, user: User, conversation_id: UUID, seq: int) -> Participant:
    """Note that the person has received everything up to `seq` or the last message; never back.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        if settings.RECEIPTS:
            _move({str(conversation_id): {str(user.pk): seq}})
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
        # One's own messages need no delivery.
        others = handed.user_ids if len(senders) > 1 else handed.user_ids.difference(senders)
        _reach(reached, conversation_id, others, seq)
    for part in _parts(reached):
        with transaction.atomic():
            _move(part)


def _said(event: PlacedEvent) -> tuple[str, int, str | None]:
    message: dict[str, Any] = orjson.loads(event.payload)["message"]
    sender = message.get("sender")
    return message["conversation_id"], message["seq"], sender["id"] if sender else None


def _reach(reached: Reached, conversation_id: str, user_ids: Iterable[str], seq: int) -> None:
    before, now = reached[conversation_id], dict.fromkeys(user_ids, seq)
    for user_id, further in before.items():
        now[user_id] = max(now.get(user_id, 0), further)
    reached[conversation_id] = now


def _caught_up(window: Window) -> Reached:
    """What those who opened a stream have by that: everything that was said before the place it went live at."""
    reached: Reached = defaultdict(dict)
    opened: dict[str, list[CaughtUp]] = defaultdict(list)
    for each in window.caught_up:
        opened[each.user_id].append(each)
    if not opened:
        return reached
    behind = Participant.objects.active().filter(
        user__in=list(map(UUID, opened)), delivered_seq__lt=F("conversation__last_seq")
    )
    rows = behind.values_list("conversation_id", "user_id", "conversation__last_seq")
    for conversation_id, user_id, last_seq in rows:
        topic = topics.conversation(conversation_id)
        places = [each.pos for each in opened[str(user_id)] if each.topics is None or topic in each.topics]
        if places:
            later = [_said(event)[1] for event in window.events.get(topic, ()) if event.pos > max(places)]
            _reach(reached, str(conversation_id), [str(user_id)], min([last_seq + 1, *later]) - 1)
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


def _move(reached: Mapping[str, Mapping[str, int]]) -> None:
    """Move people forward where they are behind, and tell the others. Five queries, however many.

    Conversations are locked in the order of their ids: two of these never wait for each other, and a send locks one.
    """
    locked = Conversation.objects.select_for_update(no_key=True).filter(pk__in=reached, deleted_at=None).order_by("pk")
    conversations = {str(conversation.pk): conversation for conversation in locked}
    moved = deliver({key: _at_most(each.last_seq, reached[key]) for key, each in conversations.items()})
    if moved:
        note_receipts({conversations[key]: people for key, people in moved.items()}, ReceiptStatus.DELIVERED)


def _at_most(last_seq: int, people: Mapping[str, int]) -> Mapping[str, int]:
    if max(people.values(), default=0) <= last_seq:
        return people
    return {user_id: min(seq, last_seq) for user_id, seq in people.items()}
