"""One connection: catches up from its cursor, goes live without a hole, and writes what the hub hands it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from realtime import conf, frames, log, metrics, opening
from realtime.following import Following

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from realtime.hub import Hub
    from realtime.log import PlacedEvent
    from realtime.opening import MoreInit, Opening, Snapshot

    Write = Callable[[bytes], Awaitable[None]]

logger = logging.getLogger(__name__)

ENDED = "auth.ended"
EXPIRING_S = 60  # `auth.expiring` comes this long before the end
FOR_EVER = float("inf")
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks on, known from the credentials alone; and at what, where that is not everything of theirs."""

    user_id: str
    session_id: str
    expires_at: datetime | None = None  # when the credentials run out
    only: str | None = None  # a topic


class Wire(Protocol):
    """The connection under a stream, where the server lets us at it."""

    def write(self, chunk: bytes) -> bool:
        """Write at once; False where the socket is full, and nothing was written."""

    def abort(self) -> None:
        """Drop the connection without writing what waits."""

    def when_lost(self, call: Callable[[], object] | None) -> None:
        """Have something called when the connection is gone, at once where it is; None takes it back."""


class Stream:
    """The hub's end of a connection. Everything but `run` is called by the hub and never waits."""

    __slots__ = (
        "_ended",
        "_ends_at",
        "_expires_at",
        "_expiring_at",
        "_hub",
        "_number",
        "_task",
        "_waiting",
        "_waiting_bytes",
        "_waker",
        "_why",
        "_wire",
        "_write",
        "_writing_since",
        "bucket",
        "following",
        "live",
        "only",
        "opened_at",
        "opening",
        "session_id",
        "topics",
        "user_id",
        "was_cut",
    )

    is_poll: ClassVar[bool] = False

    def __init__(self, hub: Hub, viewer: Viewer, wire: Wire | None = None) -> None:
        self.user_id = viewer.user_id
        self.session_id = viewer.session_id
        self.only = viewer.only
        self.opening: Opening | None = None  # what was loaded already, until it begins
        self.opened_at = 0.0  # seconds since 1970, as the hub's allowance counts them
        self.topics: list[str] = []
        self.live = False
        self.bucket = random.randrange(conf.PING_SECONDS)  # noqa: S311 - spreads load, keeps no secret
        self._hub = hub
        self._number = next(_numbers)
        self._wire = wire
        now = hub.loop.time()
        self._ends_at = now + random.uniform(*conf.LIFETIME_S)  # noqa: S311
        self._expires_at = FOR_EVER
        if viewer.expires_at is not None:
            self._expires_at = now + (viewer.expires_at - datetime.now(UTC)).total_seconds()
        self._expiring_at = self._expires_at - EXPIRING_S
        self.following: Following | None = Following(viewer)  # until it is live
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._waker: asyncio.Future[None] | None = None
        self._writing_since = FOR_EVER
        self._ended = False
        self._why = ""
        self.was_cut = False
        self._task: asyncio.Task[Any] | None = None

    @property
    def id(self) -> str:
        """What the log calls it."""
        return f"{self._hub.name[:8]}-{self._number}"

    def note(self, what: str, **more: Any) -> None:
        """A line in the log of the stream's life."""
        if logger.isEnabledFor(logging.DEBUG):
            kind = "poll" if self.is_poll else "stream"
            logger.debug("%s %s", kind, what, extra={"stream_id": self.id, "user_id": self.user_id, **more})

    # --- called by the hub --------------------------------------------------------------------------------------------
    def push(self, frame: bytes) -> None:
        """Take a frame to write; a reader too slow for what waits is cut off, and resumes."""
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        if self._waker is not None:
            self._wake()
        elif len(self._waiting) > conf.MAX_WAITING_FRAMES or self._waiting_bytes > conf.MAX_WAITING_BYTES:
            self._cut("slow_reader")

    def push_chunk(self, frame: bytes, chunk: bytes) -> None:
        """The same for a frame that many get: where nothing waits before it, its chunk goes straight to the socket.

        Through ASGI each would take six calls, a task switch and a framing of its own: half of what a delivery costs.
        """
        waker = self._waker
        idle = waker is not None and not waker.done()
        if not (idle and self._wire is not None and self._wire.write(chunk)):
            self.push(frame)

    @property
    def has_written_all(self) -> bool:
        """Whether the server took every byte that was pushed."""
        return not self._waiting and self._writing_since == FOR_EVER and not self.was_cut

    def push_reset(self, reason: str) -> None:
        """Tell the client to reload its state, from the hub's present place on."""
        cursor = frames.cursor(self._hub.epoch, self._hub.pos)
        reset = frames.passing("reset", {"reason": reason, "cursor": cursor})
        self.push(reset + frames.bare_id(self._hub.epoch, self._hub.pos))

    def push_ended(self, reason: str) -> None:
        """Tell the client that its credentials count no more, then end."""
        if not self._ended:
            self.push(frames.passing(ENDED, {"reason": reason}))
            self.end(reason)

    def end(self, why: str = "shutdown") -> None:
        """Write what waits, then close."""
        self._ended = True
        self._why = self._why or why
        if self._waker is not None:
            self._wake()

    def _is_over(self) -> bool:
        return self._ended

    def _wake(self) -> None:
        waker, self._waker = self._waker, None
        if waker is not None and not waker.done():  # done: the task was cancelled, and is about to go
            waker.set_result(None)

    def tend(self, now: float, ping: bytes | None) -> None:
        """Once a second: ping when it is this stream's turn, and end what is over."""
        if ping is not None:
            self.push(ping)
        if now >= self._expires_at:
            self.push_ended("expired")
        elif now >= self._expiring_at:
            self._expiring_at = FOR_EVER
            ends_in = max(self._expires_at - now, 0)
            expires_at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + ends_in, UTC)
            self.push(frames.passing("auth.expiring", {"expires_at": expires_at.replace(microsecond=0)}))
        if now >= self._ends_at:
            self.end("lifetime")
        if now - self._writing_since > conf.STALL_S:
            self._cut("stalled_write")

    def _cut(self, reason: str) -> None:
        self._ended = self.was_cut = True
        self._why = self._why or reason
        metrics.SLOW_READER_CUTS.inc()
        if self._task is not None:
            self._task.cancel()

    # --- the connection -----------------------------------------------------------------------------------------------
    async def run(
        self, write: Write, cursor: str | None, more_init: MoreInit, snapshot: Snapshot | None = None
    ) -> None:
        """Write until the end: `init`, what was missed since the cursor (or `reset`), then everything as it comes.

        Args:
            write: hands bytes to the server; it may wait while the socket is full.
            cursor: `<epoch>.<pos>` to resume from, or None to begin now.
            more_init: what the project adds to `init` for a user id; uses the database.
            snapshot: reads what the stream is about, for a stream of one topic; None where there is nothing any more.
        """
        self._task = asyncio.current_task()
        self._write = write
        hub = self._hub
        hub.register(self)
        try:
            await self._open(cursor, partial(opening.load, hub, self.user_id, more_init, snapshot))
            await self._write_for_ever()
        finally:
            hub.unregister(self)
            metrics.ENDS.labels(self._why or "client").inc()
            self.note("ended", reason=self._why or "client", lasted_s=round(time.time() - self.opened_at, 1))

    async def _open(self, cursor: str | None, load: Callable[[], Opening]) -> None:
        """Everything up to going live. What is loaded for it is forgotten with it."""
        resume_from = await self._resumable(cursor)
        loaded, self.opening = self.opening, None
        # What was loaded before this stream was registered lacks the changes since: they are in memory, or it is loaded
        # again. Without them a just-removed person would follow on.
        changes = opening.changes_since(self._hub, loaded) if loaded is not None else None
        if loaded is None or changes is None or loaded.pos < (resume_from or 0):
            loaded, changes = await self._hub.pool.run(load), []
        self._catching_up.note_all(changes)
        self._catching_up.load(loaded.intervals)
        pos = loaded.pos if resume_from is None else resume_from
        how = "resumed" if resume_from is not None else "new" if cursor is None else "reset"
        metrics.CONNECTS.labels(how).inc()
        self.note("opened", how=how, pos=pos)
        resumed = resume_from is not None
        await self._send(self._first_frames(pos, resumed=resumed, extra=loaded.extra, shown=loaded.shown))
        if cursor is not None and resume_from is None:
            await self._send(self._reset_at(pos, "cursor_unusable"))
        await self._catch_up(pos)

    async def _resumable(self, cursor: str | None) -> int | None:
        """The place a cursor stands for, or None when completeness cannot be proved from there."""
        hub = self._hub
        epoch, pos = frames.parse_cursor(cursor) or ("", 0)
        if epoch != hub.epoch or pos < hub.floor:
            return None
        if pos > hub.pos:  # another process was quicker than ours
            await hub.catch_up_with_log()
        return pos if pos <= hub.pos else None

    def _first_frames(self, pos: int, *, resumed: bool, extra: dict[str, Any], shown: dict[str, Any] | None) -> bytes:
        init = {
            "user_id": self.user_id,
            "cursor": frames.cursor(self._hub.epoch, pos),
            "server_time": datetime.now(UTC),
            "ping_seconds": conf.PING_SECONDS,
            "resumed": resumed,
            **extra,
        }
        retry_ms = random.randint(*conf.RETRY_MS)  # noqa: S311
        opening = b"retry: %d\n" % retry_ms + frames.passing("init", init)
        if shown is not None:  # read after `pos` was: what is between comes again, and applying it again is harmless
            opening += frames.passing("conversation.snapshot", shown)
        # The bare id: a client cut off before its first event must come back with a cursor.
        return opening + frames.bare_id(self._hub.epoch, pos)

    def _reset_at(self, pos: int, reason: str) -> bytes:
        cursor = frames.cursor(self._hub.epoch, pos)
        return frames.passing("reset", {"reason": reason, "cursor": cursor}) + frames.bare_id(self._hub.epoch, pos)

    async def _catch_up(self, pos: int) -> None:
        """Replay in batches until level with the hub, then go live: between the last look and that lies no await."""
        hub = self._hub
        while pos < hub.pos and not self._is_over():
            missed = await self._missed(pos)
            if self._is_over():  # a reset of all streams, or the end of the session, while we read
                break
            if missed is None:
                pos = hub.pos
                await self._send(self._reset_at(pos, "cursor_expired"))
                continue
            events, pos = missed
            seen = [event for event in events if event.type != ENDED and self._catching_up.sees(event)]
            batch = [frames.durable(hub.epoch, event) for event in seen]
            if not seen or seen[-1].pos < pos:  # filtered events move the cursor too
                batch.append(frames.bare_id(hub.epoch, pos))
            await self._send(b"".join(batch))
        hub.go_live(self)
        self.note("live", pos=pos)

    @property
    def _catching_up(self) -> Following:
        assert self.following is not None  # noqa: S101 - forgotten only by going live
        return self.following

    async def _missed(self, pos: int) -> tuple[list[PlacedEvent], int] | None:
        """The next events after a place and how far they reach; None when they were pruned away meanwhile."""
        recent = self._hub.ring.after(pos, conf.REPLAY_BATCH)
        if recent is not None:
            return recent, recent[-1].pos
        upto = self._hub.pos
        followed = self._catching_up.topics
        events, floor = await self._hub.pool.run(_read_and_floor, after=pos, upto=upto, followed=followed)
        if floor > pos:
            return None
        return events, events[-1].pos if len(events) == conf.REPLAY_BATCH else upto

    async def _write_for_ever(self) -> None:
        while True:
            if self._waiting:
                chunk = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
                self._waiting.clear()
                self._waiting_bytes = 0
                await self._send(chunk)
                del chunk  # or it would be kept until the next one: 2 KB a stream
            elif self._ended:
                return
            else:
                self._waker = self._hub.loop.create_future()
                await self._waker

    async def _send(self, data: bytes) -> None:
        self._writing_since = self._hub.loop.time()
        await self._write(data)
        self._writing_since = FOR_EVER


def _read_and_floor(*, after: int, upto: int, followed: list[str]) -> tuple[list[PlacedEvent], int]:
    # The floor after the rows: pruning between the two must not pass unnoticed.
    events = log.read(after=after, upto=upto, limit=conf.REPLAY_BATCH, topics=followed)
    return events, log.head().floor
