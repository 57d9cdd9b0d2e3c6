"""One hub per process: takes the placed events in order, finds the streams concerned, and hands each its bytes.

The channel layer brings events fast; the log has them for certain. A hub that sees a hole, or hears nothing while the
head moves, reads the log. Everything here runs on one event loop; only `pool` touches the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
from channels.layers import get_channel_layer
from django.db import DatabaseError, InterfaceError

from realtime import broadcast, conf, epoch, frames, log, sequencer
from realtime.log import PlacedEvent
from realtime.pool import DatabasePool
from realtime.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from realtime.stream import Stream

logger = logging.getLogger(__name__)

FULL_LOOK_S = 60.0  # now and then from id 0: a transaction may have been open for longer than we remember ids
LOCKED_RETRY_S = 0.004  # somebody else is placing: look again soon
DATABASE_RETRY_S = 0.5
ENDED = "auth.ended"
BACKSTOP_S = 4
BACKSTOP_REACH = timedelta(seconds=30)
REMEMBER_S = 2


class Hub:
    """The log's reader in this process. `running()` gives it; `get()` starts it at the first need."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pool = DatabasePool("realtime-hub")
        self.sender = broadcast.Sender()
        self.pos = 0
        self.floor = 0
        self.epoch = ""
        self.ring = Ring(conf.RING_EVENTS, conf.RING_BYTES)
        self.streams: set[Stream] = set()
        self._nonce = ""
        self._by_user: dict[str, set[Stream]] = {}
        self._followers: dict[str, set[Stream]] = {}
        self._early: dict[int, PlacedEvent] = {}  # arrived ahead of a hole
        self._ready = asyncio.Event()
        self._wake = asyncio.Event()
        self._repairing = asyncio.Lock()
        self._behind_at: int | None = None  # our place when the head was last seen beyond it
        self._deaf = 0  # how many times in a row the log beat the layer
        self._scan_from = 0
        self._scan_next = 0
        self._scan_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    # --- life ---------------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Begin to follow the log; `wait_ready` returns once the database has answered."""
        work: list[Coroutine[Any, Any, None]] = [self._sequence_for_ever(), self._tend_for_ever()]
        if broadcast.layer_is_shared():
            work += [self._listen_for_ever(), self.sender.run()]
        self._tasks = [self.loop.create_task(coroutine) for coroutine in work]

    @property
    def is_ready(self) -> bool:
        """Whether the place in the log is known and the database answered last time."""
        return self._ready.is_set()

    async def wait_ready(self, timeout_s: float) -> bool:
        """Whether the place in the log is known, waiting for it at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._ready.wait()
        return self._ready.is_set()

    async def stop(self) -> None:
        """End all streams and all work."""
        self.end_streams()
        pending = set(self._tasks)
        while pending:
            for task in pending:
                task.cancel()
            # Again if need be: redis-py swallows a cancellation that hits it while it connects.
            _done, pending = await asyncio.wait(pending, timeout=1)
        if broadcast.layer_is_shared():
            with contextlib.suppress(Exception):
                await get_channel_layer().flush()
        self.pool.close()

    def end_streams(self, over_s: float = 0.0) -> None:
        """Let every stream end, spread over some seconds; clients resume elsewhere."""
        for number, stream in enumerate(list(self.streams)):
            self.loop.call_later(over_s * number / len(self.streams), stream.end)

    # --- streams ------------------------------------------------------------------------------------------------------
    def register(self, stream: Stream) -> None:
        """Make a stream known, so that it hears of changes in what its person follows while it catches up."""
        self.streams.add(stream)
        self._by_user.setdefault(stream.user_id, set()).add(stream)

    def go_live(self, stream: Stream) -> None:
        """Hand the stream every event after `pos`. No await may lie between its last look at `pos` and this."""
        stream.live = True
        for topic in stream.followed_at(self.pos):
            self._follow(stream, topic)

    def unregister(self, stream: Stream) -> None:
        """Forget a stream."""
        self.streams.discard(stream)
        _discard(self._by_user, stream.user_id, stream)
        for topic in stream.topics:
            _discard(self._followers, topic, stream)
        stream.topics.clear()

    def _follow(self, stream: Stream, topic: str) -> None:
        stream.topics.add(topic)
        self._followers.setdefault(topic, set()).add(stream)

    # --- delivery -----------------------------------------------------------------------------------------------------
    def receive(self, events: list[PlacedEvent]) -> None:
        """Take placed events, whoever brought them; deliver what continues our place, keep what is ahead of it."""
        for event in events:
            if event.pos == self.pos + 1:
                self._deliver(event)
            elif event.pos > self.pos:
                self._early[event.pos] = event
        while self._early and (next_event := self._early.pop(self.pos + 1, None)):
            self._deliver(next_event)
        if self._early:
            self.loop.call_later(conf.HOLE_PATIENCE_S, self._look_for_hole, self.pos)

    def _deliver(self, event: PlacedEvent) -> None:
        self.pos = event.pos
        self.ring.push(event)
        self._early.pop(event.pos, None)
        if event.adds:
            self._apply_adds(event)
        followers = self._followers.get(event.topic, ())
        if event.type == ENDED:
            for stream in followers:
                stream.push_ended(orjson.loads(event.payload)["reason"])
        elif followers:
            frame = frames.durable(self.epoch, event)  # the bytes are made once, however many streams
            for stream in followers:
                if not event.skips or stream.user_id not in event.skips:
                    stream.push(frame)
        if event.removes:
            self._apply_removes(event)

    def _apply_adds(self, event: PlacedEvent) -> None:
        for user_id in event.adds:
            for stream in self._by_user.get(user_id, ()):
                if stream.live:
                    self._follow(stream, event.topic)
                else:
                    stream.note_added(event.topic, event.pos)

    def _apply_removes(self, event: PlacedEvent) -> None:
        for user_id in event.removes:
            for stream in self._by_user.get(user_id, ()):
                if stream.live:
                    stream.topics.discard(event.topic)
                    _discard(self._followers, event.topic, stream)
                else:
                    stream.note_removed(event.topic, event.pos)

    def reset(self, reason: str) -> None:
        """Our place means nothing any more: tell every client to reload its state, and to come back."""
        logger.warning("log reset (%s): %d streams reload, now at %d", reason, len(self.streams), self.pos)
        self._early.clear()
        self.ring.clear()
        for stream in list(self.streams):
            stream.push_reset(reason)
            stream.end()

    # --- the log ------------------------------------------------------------------------------------------------------
    def wake(self) -> None:
        """Something was committed: place it now rather than at the next tick."""
        self._wake.set()

    async def _sequence_for_ever(self) -> None:
        while True:
            try:
                if not self._ready.is_set():
                    await self._find_place()
                nudged = await self._wait_for_wake()
                await self._look(nudged=nudged)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("the log cannot be read, trying again: %s", str(error).strip().splitlines()[:1])
                self._ready.clear()  # what comes back may be a restored or promoted database
                await asyncio.sleep(DATABASE_RETRY_S)
            except sequencer.LogBroken:
                logger.exception("the log was not advanced")
                await asyncio.sleep(DATABASE_RETRY_S)

    async def _find_place(self) -> None:
        """Learn epoch and head, at the start and after the database was away."""
        state, current_epoch = await self.pool.run(epoch.head_and_epoch)
        first = not self.epoch
        if not first and (current_epoch != self.epoch or state.pos < self.pos):
            self.epoch, self.pos = current_epoch, state.pos
            self.reset("log_restarted")
        elif first:
            self.epoch, self.pos = current_epoch, state.pos
        self.floor, self._nonce = state.floor, state.nonce
        self._behind_at = self.pos  # what was placed meanwhile is read at the next look
        self._ready.set()
        self.wake()

    async def _wait_for_wake(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(conf.TICK_S):
                await self._wake.wait()
        nudged = self._wake.is_set()
        self._wake.clear()
        return nudged

    async def _look(self, *, nudged: bool) -> None:
        task = sequencer.place if nudged else sequencer.look
        before = self.pos
        outcome = await self.pool.run(task, from_id=self._first_id())
        if outcome.placed:
            self._scan_next = max(self._scan_next, outcome.last_id)
            self.receive(outcome.placed)
            self._tell_others(outcome.placed)
        if outcome.more:
            self.loop.call_later(LOCKED_RETRY_S if not outcome.placed else 0, self.wake)
        if outcome.head is not None:
            await self._compare(outcome.head, before)

    def _first_id(self) -> int:
        """Below which id everything is surely placed, or 0 once a minute to look at all."""
        now = time.monotonic()
        if now - self._scan_at > FULL_LOOK_S:
            self._scan_at = now
            self._scan_from, full = self._scan_next, 0
            return full
        return self._scan_from

    def _tell_others(self, placed: list[PlacedEvent]) -> None:
        if broadcast.layer_is_shared():
            self.sender.send(broadcast.BATCH, events=[event.row() for event in placed])

    async def _compare(self, head: log.HeadState, before: int) -> None:
        """Hold our place (`before` the head was read) against it: behind for two looks, the layer lost something."""
        self.floor = head.floor
        if head.pos < before or head.nonce != self._nonce:
            self._ready.clear()
        elif head.pos <= self.pos:
            self._behind_at = None
        elif self._behind_at == self.pos or self.sender.broken:
            self._deaf += 1
            await self._repair(head.pos)
        else:
            self._behind_at = self.pos

    async def catch_up_with_log(self) -> None:
        """Read the log up to its head now, without waiting for the layer."""
        await self._repair((await self.pool.run(log.head)).pos)

    def _look_for_hole(self, pos: int) -> None:
        if self.pos == pos and self._early:
            self._tasks.append(self.loop.create_task(self._repair(max(self._early))))
            self._tasks = [task for task in self._tasks if not task.done()]

    async def _repair(self, upto: int) -> None:
        """Read from the log what the layer did not bring."""
        async with self._repairing:
            while self.pos < upto:
                events = await self.pool.run(log.read, after=self.pos, upto=upto, limit=conf.REPLAY_BATCH)
                if self.pos >= upto:
                    return  # the layer was faster after all
                missing = [event for event in events if event.pos > self.pos]
                if not missing or missing[0].pos != self.pos + 1:
                    # Pruned away, or lost with a restored database: nobody can prove completeness.
                    self.pos = upto
                    self.reset("log_gap")
                    return
                self.receive(missing)

    # --- other processes ----------------------------------------------------------------------------------------------
    async def _listen_for_ever(self) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(broadcast.GROUP, channel)
                self._deaf = 0
                await self._listen(layer, channel)
            except Exception as error:
                logger.warning("cannot listen on the channel layer, trying again: %r", error)
                with contextlib.suppress(Exception):
                    await layer.flush()
                await asyncio.sleep(conf.LAYER_TIMEOUT_S)

    async def _listen(self, layer: Any, channel: str) -> None:
        """Receive until the log has beaten the layer twice: a half-open connection stays deaf without an error."""
        while True:
            # Not `wait_for(receive)`: a receive that is cancelled unsubscribes and loses what was queued.
            receiving = self.loop.create_task(layer.receive(channel))
            try:
                while not receiving.done():
                    await asyncio.wait({receiving}, timeout=conf.LAYER_TIMEOUT_S)
                    if self._deaf >= 2 and not receiving.done():
                        raise ConnectionError("nothing heard while the log went on")
                self._deaf = 0
                self._on_message(receiving.result())
            finally:
                receiving.cancel()

    def _on_message(self, message: dict[str, Any]) -> None:
        if message["type"] == broadcast.NUDGE:
            self.wake()
        elif message["type"] == broadcast.BATCH and self._ready.is_set():
            self.receive([PlacedEvent(*row) for row in message["events"]])

    # --- now and then -------------------------------------------------------------------------------------------------
    async def _tend_for_ever(self) -> None:
        sessions_ended_since = conf.hook("SESSIONS_ENDED")
        for second in count(1):
            await asyncio.sleep(1)
            self.tend(second)
            if sessions_ended_since and self.streams and second % BACKSTOP_S == 0:
                await self._end_ended_sessions(sessions_ended_since)
            if second % REMEMBER_S == 0 and self._ready.is_set():
                with contextlib.suppress(OSError):
                    await self.pool.run(epoch.remember, self.pos)

    def tend(self, second: int) -> None:
        """Ping the part of the streams whose turn it is in this second, and end those that are over."""
        ping = frames.passing("ping", {"server_time": datetime.now(UTC)})
        if self.epoch:
            # Events that were not for a client move its cursor too, or it would have them replayed.
            ping = frames.bare_id(self.epoch, self.pos) + ping
        now, bucket = self.loop.time(), second % conf.PING_SECONDS
        for stream in list(self.streams):
            stream.tend(now, ping if stream.live and stream.bucket == bucket else None)

    async def _end_ended_sessions(self, sessions_ended_since: Callable[[datetime], list[str]]) -> None:
        """The backstop: ended sessions are in the log as well, but the sequencer may be stopped."""
        try:
            ended = set(await self.pool.run(sessions_ended_since, datetime.now(UTC) - BACKSTOP_REACH))
        except (DatabaseError, InterfaceError):
            return
        for stream in list(self.streams) if ended else ():
            if stream.session_id in ended:
                stream.push_ended("session_ended")


def _discard(index: dict[str, set[Stream]], key: str, stream: Stream) -> None:
    streams = index.get(key)
    if streams is not None:
        streams.discard(stream)
        if not streams:
            del index[key]


_hub: Hub | None = None
_process = 0


def running() -> Hub | None:
    """This process's hub, or None where none was needed yet."""
    return _hub if _process == os.getpid() and _hub is not None and not _hub.loop.is_closed() else None


def get() -> Hub:
    """This process's hub, started at the first call. Call it on the event loop that serves the streams."""
    global _hub, _process
    own = running()
    if own is None or own.loop is not asyncio.get_running_loop():
        own = Hub()
        own.start()
        _hub, _process = own, os.getpid()
    return own
