"""The most recent events in memory, so that a herd that comes back is served without the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from realtime.log import PlacedEvent


class Ring:
    """Contiguous events up to the newest, bounded by number and by characters of payload."""

    def __init__(self, max_events: int, max_size: int) -> None:
        self._max_events = max_events
        self._max_size = max_size
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._events: dict[int, PlacedEvent] = {}
        self._first = 0
        self._size = 0

    def push(self, event: PlacedEvent) -> None:
        """Add the next event; the caller guarantees that places are contiguous."""
        if not self._events:
            self._first = event.pos
        self._events[event.pos] = event
        self._size += len(event.payload)
        while len(self._events) > self._max_events or self._size > self._max_size:
            self._size -= len(self._events.pop(self._first).payload)
            self._first += 1

    def after(self, pos: int, limit: int) -> list[PlacedEvent] | None:
        """The next events after a place, at most `limit`, or None when the ring does not reach back that far."""
        if not self._events or pos < self._first - 1:
            return None
        upto = min(pos + limit, self._first + len(self._events) - 1)
        return [self._events[place] for place in range(pos + 1, upto + 1)]
