"""A long poll: the events since a cursor, or the first that come while it waits. A stream that ends with its answer."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realtime import conf, frames, log, metrics
from realtime.stream import ENDED, Stream

if TYPE_CHECKING:
    from realtime.hub import Hub
    from realtime.stream import Viewer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a poll answers: frames as a stream would write them, and where to go on from."""

    frames: list[bytes]
    cursor: str
    pos: int  # the place of the cursor
    user_id: str  # whose events they are
    reset: bool = False

    @property
    def how(self) -> str:
        """What it is: "events", "empty" or "reset"."""
        return "reset" if self.reset else "events" if self.frames else "empty"

    def body(self) -> bytes:
        """As JSON: {events: [{id, type, data}], cursor, reset, user_id}."""
        return frames.poll_body(self.frames, self.cursor, reset=self.reset, user_id=self.user_id)


class Poll(Stream):
    """The hub's end of a poll. It catches up like any stream; what the hub hands it ends its waiting."""

    __slots__ = ("_is_reset", "_taken", "_taken_bytes")

    is_poll = True

    def __init__(self, hub: Hub, viewer: Viewer) -> None:
        super().__init__(hub, viewer)
        self._taken: list[bytes] = []
        self._taken_bytes = 0
        self._is_reset = False
        if self._expiring_at <= hub.loop.time():
            self._expiring_at = float("inf")  # said once, in the poll that waits at that moment

    # --- called by the hub --------------------------------------------------------------------------------------------
    def push(self, frame: bytes) -> None:
        """Take frames while there is room in the answer; the rest is for the next poll."""
        for each in frames.split(frame):
            if not self._is_full():
                self._take(each)
        self._wake()

    def push_chunk(self, frame: bytes, chunk: bytes) -> None:
        """The same."""
        self.push(frame)

    def push_reset(self, reason: str) -> None:
        """The answer will tell the client to reload its state."""
        self._is_reset = True

    def push_ended(self, reason: str) -> None:
        """The answer will say that the credentials count no more, whatever else is in it."""
        if not self._ended:
            self._take(frames.passing(ENDED, {"reason": reason}))
            self.end()

    def tend(self, now: float, ping: bytes | None) -> None:
        """Once a second; a poll is not pinged."""
        super().tend(now, None)

    # --- the request --------------------------------------------------------------------------------------------------
    async def answer(self, cursor: str | None, wait_s: float) -> Answer:
        """What came after the cursor; where that is nothing, what comes first within the time.

        Args:
            cursor: `<epoch>.<pos>` to go on from, or None to begin now.
            wait_s: how long to wait for something; 0 never waits.
        """
        hub = self._hub
        hub.register(self)
        try:
            pos = hub.pos if cursor is None else await self._resumable(cursor)
            if pos is None:
                return self._reset()
            # First registered, then loaded: as in a stream.
            self._catching_up.load(await hub.pool.run(log.follows, self.user_id))
            pos = await self._gather(pos)
            if pos is not None and pos == hub.pos and wait_s and not (self._taken or self._is_over()):
                await self._wait(wait_s)
                pos = self._pos_after(pos)
        finally:
            hub.unregister(self)
        if pos is None or self._is_reset:
            return self._reset()
        return Answer(self._taken, frames.cursor(hub.epoch, pos), pos, self.user_id)

    def answered(self, answer: Answer) -> None:
        """The transport took the answer: its person was handed everything up to there."""
        self.note("answered", how=answer.how, pos=answer.pos)
        metrics.POLLS.labels(answer.how).inc()
        if not answer.reset:
            self._hub.handovers.has_all(self.user_id, answer.pos)

    async def _gather(self, pos: int) -> int | None:
        """Take what was missed, as much as fits; the place reached, None where the log was pruned beyond it."""
        hub = self._hub
        while pos < hub.pos and not self._is_full() and not self._is_over():
            missed = await self._missed(pos)
            if missed is None:
                return None
            if self._is_over():  # the end of the session, or a reset of all streams, while we read
                break
            events, upto = missed
            for event in events:
                if self._is_full():
                    break
                pos = event.pos
                if event.type != ENDED and self._catching_up.sees(event):
                    self._take(frames.durable(hub.epoch, event))
            else:
                pos = upto
        return pos

    async def _wait(self, wait_s: float) -> None:
        """Go live until something comes. Between the last look at the hub's place and this lies no await."""
        self._hub.go_live(self)
        self._waker = self._hub.loop.create_future()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._waker

    def _pos_after(self, pos: int) -> int:
        """How far a live poll has come: as far as the hub, or where not everything fitted, to the last that did."""
        if not self._is_full():
            return self._hub.pos
        cursors = [parsed for frame in self._taken if (parsed := frames.parse_cursor(frames.id_of(frame)))]
        return cursors[-1][1] if cursors else pos

    def _take(self, frame: bytes) -> None:
        self._taken.append(frame)
        self._taken_bytes += len(frame)

    def _is_full(self) -> bool:
        return len(self._taken) >= conf.POLL_EVENTS or self._taken_bytes >= conf.MAX_WAITING_BYTES

    def _reset(self) -> Answer:
        return Answer([], frames.cursor(self._hub.epoch, self._hub.pos), self._hub.pos, self.user_id, reset=True)
