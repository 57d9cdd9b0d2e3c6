"""The most recent events in memory, so that a herd that comes back is served without the database."""

from __future__ import annotations

from realtime.log import PlacedEvent

FORGOTTEN = PlacedEvent(0, "", "", "")


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
        """Add the next event; the caller guarantees that places are contiguous.

        The events that it scrubs are forgotten: their content was deleted, and only the log has what is left of them.
        """
        if not self._events:
            self._first = event.pos
        self._events[event.pos] = event
        self._size += len(event.payload)
        for place in event.scrubs:
            self._forget(place)
        while len(self._events) > self._max_events or self._size > self._max_size:
            self._size -= len(self._events.pop(self._first).payload)
            self._first += 1

    def after(self, pos: int, limit: int) -> list[PlacedEvent] | None:
        """The next events after a place, at most `limit`, or None when they must be read from the log.

        They end before one that was forgotten; one of them at least is there, unless `pos` is the newest.
        """
        if not self._events or pos < self._first - 1:
            return None
        upto = min(pos + limit, self._first + len(self._events) - 1)
        found: list[PlacedEvent] = []
        for place in range(pos + 1, upto + 1):
            event = self._events[place]
            if event is FORGOTTEN:
                return found or None
            found.append(event)
        return found

    def _forget(self, place: int) -> None:
        event = self._events.get(place)
        if event is not None:
            self._size -= len(event.payload)
            self._events[place] = FORGOTTEN
