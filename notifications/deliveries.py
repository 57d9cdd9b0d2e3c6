"""Sees in a hub which people were handed their notifications: those who have a stream open here."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError

from notifications import actions
from realtime import topics
from realtime.watching import Watcher

if TYPE_CHECKING:
    from realtime.hub import Hub

logger = logging.getLogger(__name__)

TELL_EVERY_S = 1.0
CREATED = "notification.created"


class Deliveries(Watcher):
    """Gathers for a second whose streams got something, then notes it in one thread."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._open: dict[str, int] = {}  # how many streams each person has here
        self._handed: set[str] = set()

    def started(self) -> None:
        self.hub.spawn(self._note_for_ever())

    def opened(self, user_id: str, session_id: str) -> None:
        self._open[user_id] = self._open.get(user_id, 0) + 1
        self._handed.add(user_id)

    def closed(self, user_id: str, session_id: str) -> None:
        self._open[user_id] -= 1
        if not self._open[user_id]:
            del self._open[user_id]

    def saw(self, topic: str, event_type: str, payload: str) -> None:
        if event_type == CREATED:
            one = topics.of_one(topic)
            if one is not None and one[1] in self._open:
                self._handed.add(one[1])

    async def _note_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            if self._handed:
                handed, self._handed = self._handed, set()
                try:
                    await self.hub.pool.run(actions.mark_handed_over, user_ids=handed)
                except (DatabaseError, InterfaceError) as error:
                    self._handed |= handed
                    logger.warning("deliveries will be noted later: %s", str(error).strip().splitlines()[:1])
