"""One per process: notes who has a stream open here, and sees to it that changes are told."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from presence import store
from presence.models import Hidden
from presence.states import LINGER_S, Beat, Line, Status
from presence.store import StoreAway
from presence.sweeping import BATCH, sweep, touch
from realtime import hub
from realtime.pool import DatabasePool
from realtime.watching import Watcher

if TYPE_CHECKING:
    from presence.store import Change, Store
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

Device = tuple[str, str]  # person, session
TICK_S = 1.0
WINDOW_S = 0.5  # changes are gathered for so long before they are told
FAILED_RETRY_S = 1.0
RENEWALS = 4  # in a time to live
TOUCH_EVERY_S = 60.0


class Board(Watcher):
    """Streams are noted on the loop; everything that may wait is done in one thread, in rounds."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._streams: dict[Device, int] = {}
        self._lines: dict[Device, Line] = {}
        self._changed: set[Device] = set()
        self._lingering: set[Device] = set()
        self._wake = asyncio.Event()
        self._renew_at = self._sweep_at = 0.0  # of the monotonic clock
        self._touch_at = time.monotonic() + TOUCH_EVERY_S
        self._owes_sweep = False
        self._is_failing = False

    # --- on the loop --------------------------------------------------------------------------------------------------
    def started(self) -> None:
        self.hub.spawn(self._work_for_ever())

    def opened(self, user_id: str, session_id: str) -> None:
        device = (user_id, session_id)
        self._streams[device] = self._streams.get(device, 0) + 1
        if self._streams[device] == 1:
            before = self._lines.get(device)
            now = time.time()
            # Back within the time in which nobody noticed: then it was never away.
            is_back = before is not None and before.closed_at is not None and now < before.closed_at + LINGER_S
            opened_at = before.opened_at if before is not None and is_back else now
            self._note(device, Line(session_id, self.hub.name, opened_at))

    def closed(self, user_id: str, session_id: str) -> None:
        device = (user_id, session_id)
        self._streams[device] -= 1
        if not self._streams[device]:
            del self._streams[device]
            self._note(device, replace(self._lines[device], closed_at=time.time()))

    def _note(self, device: Device, line: Line) -> None:
        self._lines[device] = line
        self._changed.add(device)
        (self._lingering.discard if line.closed_at is None else self._lingering.add)(device)
        self.poke()

    def poke(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def _work_for_ever(self) -> None:
        pool = DatabasePool("presence", threads=1)
        try:
            while True:
                await self._wait()
                lines = {device: self._lines[device] for device in self._changed}
                self._changed.clear()
                try:
                    if not await pool.run(self._round, lines):
                        self._changed.update(self._lines)  # the store knows nothing of us: all of it again
                        self.poke()
                    self._is_failing = False
                except Exception as error:
                    self._changed.update(lines)
                    self._complain(error)
                    await asyncio.sleep(FAILED_RETRY_S)
                self._forget_lines()
        finally:
            pool.close()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WINDOW_S if self._owes_sweep else TICK_S):
                await self._wake.wait()
        self._wake.clear()

    def _complain(self, error: Exception) -> None:
        if not isinstance(error, StoreAway | DatabaseError | InterfaceError):
            logger.error("presence was not brought up to date, trying again", exc_info=error)
        elif not self._is_failing:
            logger.warning("nobody's presence is known, trying again: %s", str(error).strip().splitlines()[:1])
        self._is_failing = True

    def _forget_lines(self) -> None:
        over = time.time() - LINGER_S
        for device in self._lingering - self._changed:
            if (self._lines[device].closed_at or 0.0) < over:
                self._lingering.discard(device)
                del self._lines[device]

    # --- in the thread ------------------------------------------------------------------------------------------------
    def _round(self, lines: dict[Device, Line]) -> bool:
        """Write what happened here, settle what is due anywhere; False if all that is here must be written again."""
        kept, now, clock = store.get(), time.time(), time.monotonic()
        known = True
        if clock >= self._renew_at:
            known = kept.renew(self.hub.name, now=now, until=now + settings.PRESENCE_TTL_S)
            self._renew_at = clock + settings.PRESENCE_TTL_S / RENEWALS
        _write(kept, lines, now)
        self._owes_sweep = clock < self._sweep_at
        if not self._owes_sweep:
            sweep(kept, now=now)
            self._sweep_at = clock + WINDOW_S
        if clock >= self._touch_at:
            self._touch_at = clock + TOUCH_EVERY_S
            _touch(kept, [user_id for user_id, _session_id in list(self._lines)], now)
        return known


def _write(kept: Store, lines: dict[Device, Line], now: float) -> None:
    changes: list[Change] = [(user_id, line) for (user_id, _session_id), line in lines.items()]
    opened = {line.session for line in lines.values() if line.closed_at is None}
    hidden = Hidden.objects.among(opened) if opened else set()
    for (user_id, session_id), line in lines.items():
        if session_id in hidden and line.closed_at is None:
            changes.append((user_id, Beat(session_id, Status.INVISIBLE, now)))
    for start in range(0, len(changes), BATCH):
        kept.write(changes[start : start + BATCH], now=now)


def _touch(kept: Store, user_ids: list[str], now: float) -> None:
    """People who stay are seen too, not only those who come."""
    for start in range(0, len(user_ids), BATCH):
        touch(kept.visible(user_ids[start : start + BATCH], now=now), now=now)


def poke() -> None:
    """Let the board of this process, if it has one, look now rather than at its next tick; from any thread."""
    own = hub.running()
    for watcher in own.watchers if own is not None else ():
        if own is not None and isinstance(watcher, Board):
            with contextlib.suppress(RuntimeError):  # its loop was closed this moment
                own.loop.call_soon_threadsafe(watcher.poke)
