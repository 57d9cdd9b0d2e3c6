"""What a stream begins with, read in one go in the thread that lets its request through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from realtime import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from realtime.hub import Hub
    from realtime.log import Intervals, PlacedEvent

    MoreInit = Callable[[UUID], dict[str, Any]]
    Snapshot = Callable[[], dict[str, Any] | None]

MAX_BEHIND = 500  # events; whoever is further behind when their stream begins loads again


@dataclass(slots=True)
class Opening:
    """What a person follows, and what `init` says besides, as it was at a place in the log or later."""

    epoch: str
    pos: int
    intervals: Intervals
    extra: dict[str, Any]
    shown: dict[str, Any] | None


def load(hub: Hub, user_id: str, more_init: MoreInit, snapshot: Snapshot | None) -> Opening:
    """Read it all. Call it in a thread: it uses the database.

    Args:
        more_init: what the project adds to `init` for a user id.
        snapshot: reads what the stream is about, for a stream of one topic; None where there is nothing any more.
    """
    epoch, pos = hub.epoch, hub.pos  # before the data: what comes after is seen again, and changes nothing then
    shown = snapshot() if snapshot is not None else None
    return Opening(epoch, pos, log.follows(user_id), more_init(UUID(user_id)), shown)


def changes_since(hub: Hub, opening: Opening) -> list[PlacedEvent] | None:
    """The events since an opening was loaded, None where it is of no use any more: load again then.

    Whoever was removed between the loading and the registering of their stream must not follow on.
    """
    behind = hub.pos - opening.pos
    if opening.epoch != hub.epoch or not 0 <= behind <= MAX_BEHIND:
        return None
    events = hub.ring.after(opening.pos, behind) if behind else []
    return events if events is not None and len(events) == behind else None
