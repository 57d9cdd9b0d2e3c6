"""One hub per process: finds the streams that an event concerns, and hands each its bytes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.module_loading import import_string

from realtime import conf, epoch, figures, frames, metrics, topics
from realtime.allowance import Allowance
from realtime.follower import LogFollower
from realtime.handover import Handovers
from realtime.ring import Ring
from realtime.stream import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from realtime.log import PlacedEvent
    from realtime.passing import Passing
    from realtime.stream import Stream
    from realtime.watching import Watcher

logger = logging.getLogger(__name__)

BACKSTOP_S = 4
BACKSTOP_REACH = timedelta(seconds=30)
REMEMBER_S = 2
LAST_WORD_S = 1.0


class Hub(LogFollower):
    """The log's follower that holds the streams. `running()` gives it; `get()` starts it at the first need."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = Ring(conf.RING_EVENTS, conf.RING_BYTES)
        self.streams: set[Stream] = set()
        self._by_user: dict[str, set[Stream]] = {}
        self._followers: dict[str, set[Stream]] = {}
        self.allowance = Allowance(self)
        self.handovers = Handovers(self)
        self.watchers: list[Watcher] = [import_string(path)(self) for path in conf.option("WATCHERS", ())]

    def start(self) -> None:
        """Begin to follow the log and to look after the streams."""
        super().start()
        metrics.watch(self)
        self.spawn(self._tend_for_ever())
        self.spawn(self.handovers.tell_for_ever())
        for watcher in self.watchers:
            watcher.started()

    async def stop(self) -> None:
        """End all streams and all work."""
        self.end_streams()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                await self.handovers.tell()
        await super().stop()

    def end_streams(self, over_s: float = 0.0) -> None:
        """Let every stream end, spread over some seconds; clients resume elsewhere."""
        for number, stream in enumerate(list(self.streams)):
            self.loop.call_later(over_s * number / len(self.streams), stream.end)

    # --- streams ------------------------------------------------------------------------------------------------------
    def register(self, stream: Stream) -> None:
        """Make a stream known, so that it hears of changes in what its person follows while it catches up."""
        self.streams.add(stream)
        self._by_user.setdefault(stream.user_id, set()).add(stream)
        self.allowance.opened(stream)
        for watcher in self.watchers:
            watcher.opened(stream.user_id, stream.session_id)

    def streams_of(self, user_id: str) -> Collection[Stream]:
        """A person's streams and polls in this process."""
        return self._by_user.get(user_id, ())

    @property
    def people(self) -> int:
        """How many distinct people have a stream or poll in this process."""
        return len(self._by_user)

    @property
    def is_full(self) -> bool:
        """Whether this process holds as many connections as it may."""
        return len(self.streams) >= int(conf.option("MAX_STREAMS", 20_000))

    def hear_of_streams(self, message: dict[str, Any]) -> None:
        """Another process told what was opened and closed there."""
        self.allowance.heard(message)

    def go_live(self, stream: Stream) -> None:
        """Hand the stream every event after `pos`. No await may lie between its last look at `pos` and this."""
        stream.live = True
        following, stream.following = stream.following, None
        if following is None:
            return
        now = following.after(self.pos)
        if not stream.is_poll:  # which has what it answers
            self.handovers.has_all(stream.user_id, self.pos, now)
        for topic in now:
            if topics.of_one(topic) is None:  # those need no index: 0.8 KB a stream
                self._follow(stream, topic)
        if stream.only in following.topics and stream.only not in now:
            stream.end("removed")  # while it caught up. (Of what was only just joined the log does not know yet.)

    def unregister(self, stream: Stream) -> None:
        """Forget a stream."""
        self.handovers.left(stream)
        self.streams.discard(stream)
        _discard(self._by_user, stream.user_id, stream)
        for topic in stream.topics:
            _discard(self._followers, topic, stream)
        stream.topics.clear()
        self.allowance.closed(stream)
        for watcher in self.watchers:
            watcher.closed(stream.user_id, stream.session_id)

    def _follow(self, stream: Stream, topic: str) -> None:
        topic = sys.intern(topic)  # one copy of each name, not one per stream
        followers = self._followers.setdefault(topic, set())
        if stream not in followers:
            followers.add(stream)
            stream.topics.append(topic)

    # --- delivery -----------------------------------------------------------------------------------------------------
    def deliver(self, event: PlacedEvent) -> None:
        """Hand an event to everybody who follows its topic; who follows may change with it."""
        self.ring.push(event)
        metrics.EVENTS.labels(event.type).inc()
        if event.adds:
            self._apply_adds(event)
        if event.type in self.handovers.types:
            self.handovers.saw(event)
        for watcher in self.watchers:
            watcher.saw(event.topic, event.type, event.payload)
        self._hand_out(event, self._audience(event.topic))
        if event.removes:
            self._apply_removes(event)

    def _hand_out(self, event: PlacedEvent, followers: Collection[Stream]) -> None:
        if event.type == ENDED:
            for stream in followers:
                stream.push_ended(orjson.loads(event.payload)["reason"])
        elif followers:
            frame = frames.durable(self.epoch, event)  # the bytes are made once, however many streams
            chunk = frames.chunk(frame)
            for stream in followers:
                if not event.skips or stream.user_id not in event.skips:
                    stream.push_chunk(frame, chunk)

    def followers(self, topic: str) -> Collection[Stream]:
        """The live streams that follow a topic which many may follow."""
        return self._followers.get(topic, ())

    def _audience(self, topic: str) -> Collection[Stream]:
        """The live streams that follow a topic."""
        one = topics.of_one(topic)
        if one is None:
            return self.followers(topic)
        kind, name = one
        if kind == "user":
            return [stream for stream in self._by_user.get(name, ()) if stream.live and stream.only is None]
        return [stream for stream in self.streams if stream.session_id == name]

    def pass_on(self, events: list[Passing]) -> None:
        """Hand passing events to the live streams that they are for, each stream's in one piece."""
        pieces: dict[Stream, list[bytes]] = {}
        for event in events:
            if all(watcher.passes(event) for watcher in self.watchers):
                frame = event.frame()
                for stream in self._audience_of(event):
                    pieces.setdefault(stream, []).append(frame)
        for stream, frames_of in pieces.items():
            stream.push(b"".join(frames_of))

    def _audience_of(self, event: Passing) -> set[Stream]:
        topics_of = (*event.topics, *map(topics.user, event.user_ids))
        concerned = {stream for topic in topics_of for stream in self._audience(topic) if stream.live}
        for topic in event.except_topics:
            concerned.difference_update(self._audience(topic))
        return {stream for stream in concerned if stream.user_id not in event.skips} if event.skips else concerned

    def _apply_adds(self, event: PlacedEvent) -> None:
        for user_id in event.adds:
            for stream in self._by_user.get(user_id, ()):
                if stream.live and stream.only in {None, event.topic}:
                    self._follow(stream, event.topic)
                elif stream.following:
                    stream.following.note(event.topic, event.pos, added=True)

    def _apply_removes(self, event: PlacedEvent) -> None:
        for user_id in event.removes:
            for stream in self._by_user.get(user_id, ()):
                if stream.live:
                    stream.topics = [topic for topic in stream.topics if topic != event.topic]
                    _discard(self._followers, event.topic, stream)
                    if stream.only == event.topic:
                        stream.end("removed")
                elif stream.following:
                    stream.following.note(event.topic, event.pos, added=False)

    def reset(self, reason: str) -> None:
        """Tell every client to reload its state, and to come back."""
        logger.warning("log reset (%s): %d streams reload, now at %d", reason, len(self.streams), self.pos)
        metrics.RESETS.labels(reason).inc()
        self.ring.clear()
        for stream in list(self.streams):
            stream.push_reset(reason)
            stream.end("reset")

    # --- now and then -------------------------------------------------------------------------------------------------
    async def _tend_for_ever(self) -> None:
        sessions_ended_since = conf.hook("SESSIONS_ENDED")
        for second in count(1):
            await asyncio.sleep(1)
            self.tend(second)
            self.allowance.tell(second)
            if second % figures.TELL_EVERY_S == 1 and figures.are_kept():
                await self._tell_figures()
            try:
                if sessions_ended_since and self.streams and second % BACKSTOP_S == 0:
                    await self._end_ended_sessions(sessions_ended_since)
                if second % REMEMBER_S == 0 and self.is_ready:
                    await self.pool.run(epoch.remember, self.pos, self.epoch)
            except Exception as error:  # the database is away, or the disk is full: the streams go on
                logger.warning("will be tried again in a few seconds: %r", error)

    async def _tell_figures(self) -> None:
        lag_ms = None if self.lag_s is None else round(self.lag_s * 1000, 1)
        with contextlib.suppress(figures.FiguresAway):  # the layer, on the same Redis, says so in the log
            now = figures.Figures(self.allowance.here, lag_ms, time.time())
            await self.pool.run(figures.keep, self.name, now)

    def tend(self, second: int) -> None:
        """Ping the part of the streams whose turn it is in this second, and end those that are over."""
        ping = frames.passing("ping", {"server_time": datetime.now(UTC)})
        if self.epoch:
            # Events that were not for a client move its cursor too, or it would have them replayed.
            ping = frames.bare_id(self.epoch, self.pos) + ping
        now, bucket = self.loop.time(), second % conf.PING_SECONDS
        for stream in list(self.streams):
            stream.tend(now, ping if stream.live and stream.bucket == bucket else None)

    async def _end_ended_sessions(self, sessions_ended_since: Callable[[datetime], dict[str, str]]) -> None:
        """The backstop: ended sessions are in the log as well, but the sequencer may be stopped."""
        reasons = await self.pool.run(sessions_ended_since, datetime.now(UTC) - BACKSTOP_REACH)
        for stream in list(self.streams) if reasons else ():
            if stream.session_id in reasons:
                stream.push_ended(reasons[stream.session_id])


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
