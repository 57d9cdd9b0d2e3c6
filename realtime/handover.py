"""Who was handed what: gathered for half a second, then told to the project in one call.

A delivery costs nothing here. Each event is noted once, and at the end of the window the streams that follow its topic
are looked at: one that has nothing left to write was handed all of it. "Handed" means that the server's transport took
the bytes; whether they crossed the network is known to nobody but the client.

REALTIME["HANDED_OVER"] names a function that is called with a `Window` in a thread of the hub's pool, and
REALTIME["HANDED_OVER_TYPES"] the types of events that it wants to hear of.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from realtime import conf

if TYPE_CHECKING:
    from collections.abc import Collection

    from realtime.hub import Hub
    from realtime.log import PlacedEvent
    from realtime.stream import Stream

logger = logging.getLogger(__name__)

KEPT_WINDOWS = 120  # while the database is away: a minute, in which little can have been said


@dataclass(slots=True)
class HandedOver:
    """Events of one topic, and the people each of whom was handed all of them."""

    events: list[PlacedEvent]
    user_ids: set[str]


@dataclass(slots=True)
class CaughtUp:
    """Somebody who has everything up to a place in the log, of all topics (None) or of some."""

    user_id: str
    pos: int
    topics: frozenset[str] | None


@dataclass(slots=True)
class Window:
    """What half a second brought. `events` are all of the types wanted, by topic, handed to somebody or not."""

    events: dict[str, list[PlacedEvent]] = field(default_factory=dict)
    handed: list[HandedOver] = field(default_factory=list)
    caught_up: list[CaughtUp] = field(default_factory=list)


class Handovers:
    """A hub's record of the present window. Everything but `tell_for_ever` is called by the hub and never waits."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._tell = conf.hook("HANDED_OVER")
        self.types = frozenset(conf.option("HANDED_OVER_TYPES", ())) if self._tell else frozenset()
        self._begun_at = 0  # the place where the window began
        self._events: dict[str, list[PlacedEvent]] = {}
        self._gone: dict[tuple[str, int], set[str]] = {}  # (topic, how many of its events) -> who left with them
        self._behind: list[tuple[list[PlacedEvent], set[Stream]]] = []
        self._caught_up: list[CaughtUp] = []
        self._untold: deque[Window] = deque(maxlen=KEPT_WINDOWS)
        self._telling = asyncio.Lock()  # or the last word at the end tells what is being told, and takes it away too

    def saw(self, event: PlacedEvent) -> None:
        """An event of a wanted type is delivered."""
        self._events.setdefault(event.topic, []).append(event)

    def has_all(self, user_id: str, pos: int, topics: Collection[str] | None = None) -> None:
        """Somebody was handed everything up to a place: a stream that went live, or a poll that was answered."""
        if self._tell and pos >= self._begun_at:  # from further back nobody knows here what came after
            self._caught_up.append(CaughtUp(user_id, pos, None if topics is None else frozenset(topics)))

    def left(self, stream: Stream) -> None:
        """A stream ends, and still follows its topics."""
        if self._events and stream.live and stream.has_written_all and not stream.is_poll:
            for topic in self._events.keys() & stream.topics:
                self._gone.setdefault((topic, len(self._events[topic])), set()).add(stream.user_id)

    async def tell_for_ever(self) -> None:
        """Tell the project of each window."""
        while True:
            await asyncio.sleep(conf.HANDOVER_S)
            await self.tell()

    async def tell(self) -> None:
        """Close the window, and tell of it and of those before it that could not be told."""
        window = self._close()
        if window.handed or window.caught_up:
            self._untold.append(window)
        async with self._telling:
            await self._tell_all()

    async def _tell_all(self) -> None:
        while self._tell and self._untold:
            window = self._untold[0]
            try:
                await self._hub.pool.run(self._tell, window)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("deliveries could not be noted, trying again: %s", str(error).strip().splitlines()[:1])
                return
            except Exception:
                logger.exception("deliveries could not be noted")
            if self._untold and self._untold[0] is window:  # unless it fell out, for being one too many
                self._untold.popleft()

    def _close(self) -> Window:
        window = Window(events=self._events, caught_up=self._caught_up)
        behind, self._behind = self._behind, []
        for events, streams in behind:
            self._look(window, events, {stream for stream in streams if stream in self._hub.streams})
        for topic, events in self._events.items():
            self._look(window, events, {stream for stream in self._hub.followers(topic) if not stream.is_poll})
        for (topic, number), user_ids in self._gone.items():
            window.handed.append(HandedOver(self._events[topic][:number], user_ids))
        self._events, self._gone, self._caught_up, self._begun_at = {}, {}, [], self._hub.pos
        return window

    def _look(self, window: Window, events: list[PlacedEvent], streams: set[Stream]) -> None:
        done = {stream for stream in streams if stream.has_written_all}
        if done:
            window.handed.append(HandedOver(events, {stream.user_id for stream in done}))
        if len(done) < len(streams):
            self._behind.append((events, streams - done))
