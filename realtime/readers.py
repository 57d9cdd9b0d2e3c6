"""Those who read the whole log in the worker, each at a place of its own: notifications and the like.

What a reader does with a part of the log and how far it has come are one transaction, so that a reader that is killed
neither leaves out an event nor does one twice. REALTIME["READERS"] names them: the log is pruned beyond none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from realtime import conf, log
from realtime.log import PlacedEvent
from realtime.models import Event, Reader

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Overtaken", "Part", "PlacedEvent", "finish", "next_part", "place_of", "places"]


class Overtaken(Exception):
    """Another process has read this part meanwhile: nothing is left to be done with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The next events for a reader, and from where to where they are all that concern it."""

    reader: str
    begun_at: int
    upto: int
    events: list[PlacedEvent]

    @property
    def is_empty(self) -> bool:
        """Whether the log has not moved."""
        return self.upto == self.begun_at


def place_of(name: str) -> int:
    """How far a reader has come. One that was never there before begins now: what lies behind is not for it."""
    reader, _new = Reader.objects.get_or_create(name=name, defaults={"pos": log.head().pos})
    return reader.pos


def places() -> list[int]:
    """How far the readers of this project have come; at least one number, for `min`."""
    found = Reader.objects.filter(name__in=list(conf.option("READERS", ()))).values_list("pos", flat=True)
    return [log.head().pos, *found]


def next_part(name: str, *, types: Collection[str], limit: int) -> Part:
    """The events of these types that come next, at most `limit`."""
    begun_at = place_of(name)
    head = log.head()
    # Only by hand, or by a reader that was not named in the settings for a while, can it be behind the floor.
    after = max(begun_at, head.floor)
    found = Event.objects.filter(pos__gt=after, pos__lte=head.pos, type__in=list(types)).order_by("pos")
    rows: Any = found.values_list("pos", "topic", "type", "payload", "routing")[:limit]
    events = [PlacedEvent(*row) for row in rows]
    return Part(name, begun_at, events[-1].pos if len(events) == limit else head.pos, events)


def finish(part: Part) -> None:
    """Note, first of all in the transaction of what is done with a part, that it is done. Until it ends others wait.

    Raises:
        Overtaken: somebody else has done it.
    """
    if not Reader.objects.filter(name=part.reader, pos=part.begun_at).update(pos=part.upto):
        raise Overtaken
