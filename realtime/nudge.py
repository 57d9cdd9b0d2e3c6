"""After a commit: tell a hub that events wait for their place. Never blocks, may be lost: hubs look anyway."""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from typing import Any

from realtime import broadcast, hub

GATHER_S = 0.005  # waking the thread that sends, and the one that places, costs more than all the rest of a nudge


def nudge() -> None:
    """Wake this process's hub; a process without one (WSGI) tells the others over the channel layer."""
    own = hub.running()
    if own is not None:
        if not own.is_awake:  # else it has not looked yet, and will find ours too
            own.loop.call_soon_threadsafe(own.wake)
    elif broadcast.layer_is_shared():
        background().nudge()


class _Background:
    """One thread with an event loop that sends: `async_to_sync` would open a Redis connection a call."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._layer: broadcast.Layer | None = None
        self._gathering, self._nudged_again = False, False
        self._gather_lock = threading.Lock()
        self._started = threading.Event()
        threading.Thread(target=self._run, name="realtime-nudge", daemon=True).start()
        self._started.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._layer = broadcast.Layer()
        self._loop.call_soon(self._started.set)
        self._loop.run_until_complete(self._layer.send_for_ever())

    def send(self, kind: str, **message: Any) -> None:
        """Queue a message for all hubs, from any thread."""
        if self._layer is not None:
            self._loop.call_soon_threadsafe(functools.partial(self._layer.send, kind, **message))

    def nudge(self) -> None:
        """Nudge at once, from any thread; those that follow within `GATHER_S` are one more."""
        with self._gather_lock:
            if self._gathering:
                self._nudged_again = True
                return
            self._gathering = True
        self._loop.call_soon_threadsafe(self._send_nudge)

    def _send_nudge(self) -> None:
        if self._layer is not None:
            self._layer.send(broadcast.NUDGE)
        self._loop.call_later(GATHER_S, self._end_gathering)

    def _end_gathering(self) -> None:
        with self._gather_lock:
            self._gathering, self._nudged_again = self._nudged_again, False
        if self._gathering:
            self._send_nudge()


_lock = threading.Lock()
_by_process: dict[int, _Background] = {}


def background() -> _Background:
    """What a process without a hub sends by."""
    # Made at the first nudge, by process id: a thread does not survive a fork.
    with _lock:
        if os.getpid() not in _by_process:
            _by_process.clear()
            _by_process[os.getpid()] = _Background()
        return _by_process[os.getpid()]
