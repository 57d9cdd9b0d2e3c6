"""Where presence is kept: in Redis for any number of processes, in memory for one. Both do the same.

Nothing in here is worth more than a minute: whoever has a stream open writes it again when it was lost.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from presence.states import Beat, Devices, Line, Presence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Change = tuple[str, Line | Beat]  # of which person


class StoreAway(Exception):
    """The store does not answer, or did not a moment ago."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was asked for, as it was at one moment."""

    people: dict[str, Devices]
    living: frozenset[str]  # processes


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person came to, from what was read of them at `version`."""

    user_id: str
    version: str
    presence: Presence
    due: float
    until: float
    stale: tuple[Line | Beat, ...] = ()


class Store(ABC):
    """What is known of everybody's devices. Times are seconds since 1970, of the caller's clock.

    Everything raises StoreAway where the store does not answer.
    """

    # --- processes ----------------------------------------------------------------------------------------------------
    @abstractmethod
    def renew(self, process: str, *, now: float, until: float) -> bool:
        """Let a process count as living until then; whether it did now. If not, its streams must be written again."""

    @abstractmethod
    def bury(self, *, now: float) -> int:
        """Forget the processes whose time is over, and make all their people due; how many processes that were."""

    # --- people -------------------------------------------------------------------------------------------------------
    @abstractmethod
    def write(self, changes: Collection[Change], *, now: float) -> None:
        """Note what people's devices did, and make these people due."""

    @abstractmethod
    def claim(self, *, now: float, limit: int, again_at: float) -> list[str]:
        """People who are due, for the caller to settle; for others they are due again only later."""

    @abstractmethod
    def read(self, user_ids: Iterable[str], *, now: float) -> Snapshot:
        """What is known of people; nothing is known of those left out of it."""

    @abstractmethod
    def settle(self, people: Collection[Settled]) -> set[str]:
        """Keep what people came to. Those of whom something was written or settled since they were read are left as
        they are, and are not among those returned."""

    # --- who is here --------------------------------------------------------------------------------------------------
    @abstractmethod
    def visible(self, user_ids: Collection[str], *, now: float) -> set[str]:
        """Which of these people are here for all to see."""

    @abstractmethod
    def count(self, *, now: float) -> int:
        """How many people are here for all to see."""

    # --- short notes --------------------------------------------------------------------------------------------------
    @abstractmethod
    def once(self, name: str, *, now: float, for_s: float) -> bool:
        """Whether this is the first time in so many seconds."""

    @abstractmethod
    def keep(self, name: str, *, now: float, for_s: float) -> None:
        """Keep a note for so long."""

    @abstractmethod
    def drop(self, name: str, *, now: float) -> bool:
        """Whether the note was still there; now it is not."""


_stores: dict[str, Store] = {}


def get() -> Store:
    """The store of this set-up."""
    url = settings.REDIS_URL
    if url not in _stores:
        from presence.memory_store import MemoryStore
        from presence.redis_store import RedisStore

        _stores[url] = RedisStore(url) if url else MemoryStore()
    return _stores[url]
