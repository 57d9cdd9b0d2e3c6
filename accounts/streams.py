"""Which sessions are in use by the streams that they open, noted many at a time."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from accounts.models import Session
from realtime.watching import Watcher

if TYPE_CHECKING:
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

EVERY_S = 5.0


class SessionTouches(Watcher):
    """A herd that comes back would write a row each, and wait for the disk each; this writes them all at once."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._seen: set[str] = set()

    def started(self) -> None:
        self.hub.spawn(self._write_for_ever())

    def opened(self, user_id: str, session_id: str) -> None:
        self._seen.add(session_id)

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Note everybody who opened a stream since the last time."""
        seen, self._seen = self._seen, set()
        if seen:
            try:
                await self.hub.pool.run(Session.objects.touch_all, seen)
            except (DatabaseError, InterfaceError) as error:
                self._seen |= seen
                logger.warning("sessions in use are noted later: %s", (str(error).strip().splitlines() or [""])[0])
