"""Messages between processes, over the channel layer: quick, and allowed to be lost (the log has the truth)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime import conf, metrics

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

GROUP = "realtime.log"  # group names allow no colon
BATCH, NUDGE, PASSING, STREAMS = "log.batch", "log.nudge", "log.passing", "log.streams"
BREAK_S = 1.0  # after a failure nothing is sent for this long
MAX_WAITING = 1000
DEAF_MISSES = 2


def layer_is_shared() -> bool:
    """Whether the configured layer reaches other processes at all."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


class Layer:
    """The channel layer as one process uses it: one subscription, one task that sends, and no trust in either.

    Sends go out in order, each within 1 s; with the layer dead they are dropped and nobody waits.
    """

    def __init__(self) -> None:
        self._layer: Any = get_channel_layer()
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MAX_WAITING)
        self._wake = asyncio.Event()
        self._closed_until = 0.0
        self._misses = 0  # how many times in a row the log was faster than the layer

    @property
    def is_broken(self) -> bool:
        """Whether the last send failed and the breaker is still open."""
        return time.monotonic() < self._closed_until

    def send(self, kind: str, **message: Any) -> None:
        """Queue a message; call it on the loop. A nudge that waits already stands for this one too."""
        if self.is_broken or not layer_is_shared():
            return
        if kind in {PASSING, STREAMS} and len(self._waiting) >= MAX_WAITING // 2:
            return  # the log's own messages go before
        if kind == NUDGE and any(waiting["type"] == NUDGE for waiting in self._waiting):
            return
        self._waiting.append({"type": kind, **message})
        self._wake.set()

    async def send_for_ever(self) -> None:
        """Send what is queued."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    async with asyncio.timeout(conf.LAYER_TIMEOUT_S):
                        await self._layer.group_send(GROUP, self._waiting.popleft())
                except Exception as error:  # whatever the layer raises, delivery goes on by the log
                    metrics.LAYER_ERRORS.inc()
                    logger.warning("channel layer does not answer, going on by the log alone: %r", error)
                    self._closed_until = time.monotonic() + BREAK_S
                    self._waiting.clear()

    def note_miss(self) -> None:
        """The log had something that the layer did not bring: twice in a row, and the connection counts as deaf."""
        self._misses += 1

    async def listen_for_ever(self, on_message: Callable[[dict[str, Any]], None]) -> None:
        """Hand every message of the group on; join again whenever the connection fails or is deaf."""
        while True:
            try:
                channel = await self._layer.new_channel()
                await self._layer.group_add(GROUP, channel)
                self._misses = 0
                await self._listen(channel, on_message)
            except Exception as error:  # whatever the layer raises, the log goes on; so do we
                metrics.LAYER_ERRORS.inc()
                logger.warning("cannot listen on the channel layer, trying again: %r", error)
                await self.close()
                await asyncio.sleep(conf.LAYER_TIMEOUT_S)

    async def _listen(self, channel: str, on_message: Callable[[dict[str, Any]], None]) -> None:
        while True:
            # Not `wait_for(receive)`: a receive that is cancelled unsubscribes and loses what was queued.
            receiving = asyncio.ensure_future(self._layer.receive(channel))
            try:
                while not receiving.done():
                    await asyncio.wait({receiving}, timeout=conf.LAYER_TIMEOUT_S)
                    if self._misses >= DEAF_MISSES and not receiving.done():
                        raise ConnectionError("nothing heard while the log went on")  # a half-open connection
                self._misses = 0
                on_message(receiving.result())
            finally:
                receiving.cancel()

    async def close(self) -> None:
        """Give up all connections; they come back at the next use."""
        if layer_is_shared():
            with contextlib.suppress(Exception):
                await self._layer.flush()
