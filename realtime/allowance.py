"""At most so many streams a person, over all processes: whoever opens one more loses the oldest.

Each process knows its own streams, and of people who have some here also what was opened elsewhere since: whoever holds
the oldest knows of all newer ones. What the layer loses lets somebody keep a stream too many for a while, no more.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from realtime import broadcast, conf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from realtime.hub import Hub
    from realtime.stream import Stream

ENTRIES_A_MESSAGE = 500
TELL_EVERY_S = 5  # how many streams there are is told at least so often
BELIEVED_S = 3 * TELL_EVERY_S
REASON = "too_many_streams"

Entry = tuple[str, float]  # a person, and when their stream was opened: no two of a process in the same moment


class Allowance:
    """The hub's memory for it. Everything is called on the hub's loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._limit = conf.option("STREAMS_PER_PERSON", 10)
        self._opened_at = 0.0
        self._elsewhere: dict[str, dict[tuple[str, float], None]] = {}  # by person: the process, and when
        self._news: deque[tuple[bool, Entry]] = deque()  # (opened or closed, which), for the other processes
        self._others: dict[str, tuple[int, float]] = {}  # by process: how many streams, and when it said so
        self._is_shared = broadcast.layer_is_shared()

    def opened(self, stream: Stream) -> None:
        """A stream was registered: the person's oldest may have to go."""
        if stream.is_poll:
            return
        self._opened_at = stream.opened_at = max(time.time(), self._opened_at + 1e-6)
        self._note(stream, opened=True)
        self._enforce(stream.user_id)

    def closed(self, stream: Stream) -> None:
        """It was unregistered."""
        if stream.is_poll:
            return
        self._note(stream, opened=False)
        if not self._mine(stream.user_id):
            self._elsewhere.pop(stream.user_id, None)

    def _note(self, stream: Stream, *, opened: bool) -> None:
        if self._is_shared:
            self._news.append((opened, (stream.user_id, stream.opened_at)))

    def _mine(self, user_id: str) -> list[Stream]:
        return [stream for stream in self._hub.streams_of(user_id) if not stream.is_poll]

    def _enforce(self, user_id: str) -> None:
        mine = self._mine(user_id)
        since = time.time() - conf.LIFETIME_S[1] - TELL_EVERY_S  # of a process that died nobody hears the end
        elsewhere = [opened_at for _process, opened_at in self._elsewhere.get(user_id, ()) if opened_at > since]
        if len(mine) + len(elsewhere) <= self._limit:
            return
        newest_first = sorted([*elsewhere, *(stream.opened_at for stream in mine)], reverse=True)
        for stream in mine:
            if stream.opened_at < newest_first[self._limit - 1]:
                stream.push_ended(REASON)

    # --- between processes --------------------------------------------------------------------------------------------
    def tell(self, second: int) -> None:
        """Once a second: what was opened and closed, and now and then how many there are."""
        while self._news or second % TELL_EVERY_S == 0:
            news = [self._news.popleft() for _ in range(min(len(self._news), ENTRIES_A_MESSAGE))]
            message = {
                "process": self._hub.name,
                "streams": self.here,
                "opened": [entry for opened, entry in news if opened],
                "closed": [entry for opened, entry in news if not opened],
            }
            self._hub.tell(broadcast.STREAMS, **message)
            if not self._news:
                return

    def heard(self, message: dict[str, Any]) -> None:
        """Another process told."""
        process = message["process"]
        if process == self._hub.name:
            return
        self._others[process] = (message["streams"], time.monotonic())
        for user_id, opened_at in self._known(message["opened"]):
            self._elsewhere.setdefault(user_id, {})[process, opened_at] = None
            self._enforce(user_id)
        for user_id, opened_at in self._known(message["closed"]):
            self._elsewhere.get(user_id, {}).pop((process, opened_at), None)

    def _known(self, entries: Iterable[Entry]) -> list[Entry]:
        return [(user_id, opened_at) for user_id, opened_at in entries if self._mine(user_id)]

    @property
    def here(self) -> int:
        """How many streams this process holds."""
        return sum(not stream.is_poll for stream in self._hub.streams)

    @property
    def everywhere(self) -> int:
        """How many streams all processes hold, as far as they said so lately."""
        now = time.monotonic()
        self._others = {name: said for name, said in self._others.items() if now - said[1] < BELIEVED_S}
        return self.here + sum(streams for streams, _at in self._others.values())
