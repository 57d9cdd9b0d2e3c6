"""Messages between processes, over the channel layer: quick, and allowed to be lost (the log has the truth)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime import conf

logger = logging.getLogger(__name__)

GROUP = "realtime.log"  # group names allow no colon
BATCH, NUDGE, PASSING = "log.batch", "log.nudge", "log.passing"
BREAK_S = 1.0  # after a failure nothing is sent for this long
MAX_WAITING = 1000


def layer_is_shared() -> bool:
    """Whether the configured layer reaches other processes at all."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


class Sender:
    """Sends to every process from one task, in order, each within 1 s; with the layer dead it drops and never waits."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MAX_WAITING)
        self._wake = asyncio.Event()
        self._closed_until = 0.0

    @property
    def broken(self) -> bool:
        """Whether the last send failed and the breaker is still open."""
        return time.monotonic() < self._closed_until

    def send(self, kind: str, **message: Any) -> None:
        """Queue a message; call it on the loop the sender runs on. Nudges that wait already stand for this one too."""
        if self.broken or (kind == NUDGE and any(waiting["type"] == NUDGE for waiting in self._waiting)):
            return
        self._waiting.append({"type": kind, **message})
        self._wake.set()

    async def run(self) -> None:
        """Send what is queued, for ever."""
        layer = get_channel_layer()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    async with asyncio.timeout(conf.LAYER_TIMEOUT_S):
                        await layer.group_send(GROUP, self._waiting.popleft())
                except Exception as error:
                    self._open_breaker(error)

    def _open_breaker(self, error: Exception) -> None:
        logger.warning("channel layer does not answer, going on by the log alone: %r", error)
        self._closed_until = time.monotonic() + BREAK_S
        self._waiting.clear()
