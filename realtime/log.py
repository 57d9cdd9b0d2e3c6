"""Writing to the log, and reading from it by place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from realtime.models import Event, Follow, Head

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID


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

    def __post_init__(self) -> None:
        if self.routing:
            routing = orjson.loads(self.routing)
            self.adds = routing.get("adds", [])
            self.removes = routing.get("removes", [])
            self.skips = routing.get("skips", [])

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
    skips: Collection[UUID] = (),
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

    Raises:
        NotInTransaction: outside `transaction.atomic()`.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"append(type={type!r}) must be called inside transaction.atomic()")
    routing = {
        name: [str(user_id) for user_id in user_ids]
        for name, user_ids in (("adds", adds), ("removes", removes), ("skips", skips))
        if user_ids
    }
    event = Event.objects.create(
        topic=topic,
        type=type,
        payload=orjson.dumps(payload, option=orjson.OPT_UTC_Z).decode(),
        routing=orjson.dumps(routing).decode() if routing else "",
        object_id=object_id,
    )
    transaction.on_commit(_nudge, using=DEFAULT_DB_ALIAS, robust=True)
    return event


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


def follows(user_id: UUID | str) -> Intervals:
    """Which topics a person follows or followed: for each the places from which and to which, both included."""
    intervals: Intervals = {}
    for topic, from_pos, to_pos in Follow.objects.filter(user_id=user_id).values_list("topic", "from_pos", "to_pos"):
        intervals.setdefault(topic, []).append((from_pos, to_pos))
    return intervals
