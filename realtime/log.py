"""Writing to the log, and reading from it by place."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import UUIDField

from realtime import conf
from realtime.compiled import CompiledRows, Slot, compiled_insert
from realtime.models import Event, Follow, Head

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from uuid import UUID

REWRITE_BATCH = 200  # events in one statement


class NotInTransaction(RuntimeError):
    """An event was appended outside a transaction: it or its change could be kept without the other."""


@dataclass(slots=True)
class PlacedEvent:
    """An event with its place in the log, as hubs hand it on."""

    pos: int
    topic: str
    type: str
    payload: str
    routing: str = ""
    adds: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    skips: list[str] = field(default_factory=list)
    scrubs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.routing:
            routing = orjson.loads(self.routing)
            self.adds = routing.get("adds", [])
            self.removes = routing.get("removes", [])
            self.skips = routing.get("skips", [])
            self.scrubs = routing.get("scrubs", [])

    def row(self) -> list[Any]:
        """The event as plain values, for the channel layer; `PlacedEvent(*row)` is its inverse."""
        return [self.pos, self.topic, self.type, self.payload, self.routing]


def append(
    *,
    topic: str,
    type: str,
    payload: Mapping[str, Any],
    object_id: UUID | None = None,
    adds: Collection[UUID] = (),
    removes: Collection[UUID] = (),
    skips: Collection[UUID] | Collection[str] = (),
    scrubs: Collection[int] = (),
) -> Event:
    """Write an event in the caller's transaction; it reaches its followers after the commit.

    Args:
        topic: whom it concerns, by a function of `realtime.topics`.
        type: `noun.past_verb`, one of docs/events.md.
        payload: JSON-able, UUIDs and datetimes included; what clients get as `data`.
        object_id: what the payload copies content of, so that the event can be found when that is deleted.
        adds: people who follow the topic from this event on (it is the first they get).
        removes: people who follow the topic up to this event (it is the last they get).
        skips: followers who do not get this event.
        scrubs: places whose events no process may replay from memory any more: what `rewrite` returned.

    Raises:
        NotInTransaction: outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"append(type={type!r}) must be called inside transaction.atomic()")
    event = new(
        topic=topic,
        type=type,
        payload=payload,
        object_id=object_id,
        adds=adds,
        removes=removes,
        skips=skips,
        scrubs=scrubs,
    )
    ADD_EVENT(event)
    transaction.on_commit(_nudge, using=DEFAULT_DB_ALIAS, robust=True)
    return event


def append_many(events: Collection[Event]) -> None:
    """The same for many events, made by `new`, in one query; they keep their order.

    Raises:
        NotInTransaction: outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("append_many() must be called inside transaction.atomic()")
    if events:
        Event.objects.bulk_create(events)
        transaction.on_commit(_nudge, using=DEFAULT_DB_ALIAS, robust=True)


def new(
    *,
    topic: str,
    type: str,
    payload: Mapping[str, Any],
    object_id: UUID | None = None,
    adds: Collection[UUID] = (),
    removes: Collection[UUID] = (),
    skips: Collection[UUID] | Collection[str] = (),
    scrubs: Collection[int] = (),
) -> Event:
    """An event that is not written yet; see `append`."""
    routing: dict[str, list[Any]] = {
        name: [str(user_id) for user_id in user_ids]
        for name, user_ids in (("adds", adds), ("removes", removes), ("skips", skips))
        if user_ids
    }
    if scrubs:
        routing["scrubs"] = list(scrubs)
    return Event(
        topic=topic,
        type=type,
        payload=_json(payload),
        routing=orjson.dumps(routing).decode() if routing else "",
        object_id=object_id,
    )


def rewrite(*, object_ids: Iterable[UUID], change: Callable[[str, Any], Any]) -> list[int]:
    """Take deleted content out of the log, in the caller's transaction: events keep their place and type.

    What processes hold in memory they let go of when they get an event that was appended with the returned places as
    `scrubs`, in the same transaction.

    Args:
        object_ids: events appended with one of these as their `object_id` are rewritten.
        change: makes the new payload of an event's type and payload.

    Returns:
        The places of those rewritten events that may be in memory somewhere.

    Raises:
        NotInTransaction: outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("rewrite() must be called inside transaction.atomic()")
    places: list[int | None] = []
    for ids in _batched(object_ids, REWRITE_BATCH):
        # Locked first: an event that is being placed has its place then, and one that is not is placed as rewritten.
        events = list(Event.objects.select_for_update().filter(object_id__in=ids).order_by("id"))
        for event in events:
            event.payload = _json(change(event.type, orjson.loads(event.payload)))
        Event.objects.bulk_update(events, ["payload"], batch_size=REWRITE_BATCH)
        places += [event.pos for event in events]
    oldest = head().pos - conf.RING_EVENTS if places else 0
    return [place for place in places if place is not None and place > oldest]


def blank(*, topic: str, types: Collection[str]) -> None:
    """Leave nothing in the events of a topic that nobody follows any more, in the caller's transaction."""
    Event.objects.filter(topic=topic, type__in=list(types)).update(payload="{}")


def _batched(items: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """The items in lists of at most that size (itertools has it from Python 3.12 on)."""
    waiting = iter(items)
    while batch := list(islice(waiting, size)):
        yield batch


def _json(payload: Any) -> str:
    return orjson.dumps(payload, option=orjson.OPT_UTC_Z).decode()


ADD_EVENT = compiled_insert(Event)


def _nudge() -> None:
    from realtime.nudge import nudge

    nudge()


@dataclass(frozen=True, slots=True)
class HeadState:
    """How far the log reaches: last place given, last place pruned away, and which life of the log this is."""

    pos: int
    floor: int
    nonce: str


def head() -> HeadState:
    """The head as committed now. The row is made by the first migration."""
    return HeadState(*Head.objects.values_list("pos", "floor", "nonce").get(pk=1))


def read(*, after: int, upto: int, limit: int, topics: Iterable[str] | None = None) -> list[PlacedEvent]:
    """Placed events with after < pos <= upto, in order, at most `limit`; of all topics, or of the given ones."""
    events = Event.objects.filter(pos__gt=after, pos__lte=upto)
    if topics is not None:
        events = events.filter(topic__in=list(topics))
    rows: Any = events.order_by("pos").values_list("pos", "topic", "type", "payload", "routing")[:limit]
    return [PlacedEvent(*row) for row in rows]


Intervals = dict[str, list[tuple[int, int | None]]]


FOLLOWS: CompiledRows[Follow] = CompiledRows(
    lambda: Follow.objects.filter(user_id=Slot("user_id", UUIDField())).values_list("topic", "from_pos", "to_pos")
)


def follows(user_id: UUID | str) -> Intervals:
    """Which topics a person follows or followed: for each the places from which and to which, both included."""
    intervals: Intervals = {}
    for topic, from_pos, to_pos in FOLLOWS.all(user_id=user_id):
        intervals.setdefault(topic, []).append((from_pos, to_pos))
    return intervals
