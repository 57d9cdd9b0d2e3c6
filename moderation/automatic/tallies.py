"""How often somebody did something in the last minutes, and in how many places.

Counted in this process, and from the second time on together with the others in Redis, where there is one: what people
do once, which is nearly everything, asks nobody. Whatever is wrong with Redis, this process counts alone meanwhile.
"""

from __future__ import annotations

import functools
import logging
import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import redis
from django.conf import settings

from realtime.quick_redis import quick_redis

if TYPE_CHECKING:
    from redis.commands.core import Script

logger = logging.getLogger(__name__)

KEYS_IN_MEMORY = 20_000  # what was quiet longest makes room
REDIS_TIMEOUT_S = 0.1
REDIS_REST_S = 5.0
# One moment for everybody: what this process counted is added. ARGV: milliseconds, then a place and a number each.
ADD = """
for index = 2, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[1], ARGV[index], ARGV[index + 1])
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
local times = 0
for _, number in ipairs(redis.call('HVALS', KEYS[1])) do
  times = times + tonumber(number)
end
return {redis.call('HLEN', KEYS[1]), times, left}
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted since the first time, which is forgotten after `left_s` seconds more."""

    places: int
    times: int
    left_s: int


@dataclass(slots=True)
class _Kept:
    until: float
    places: dict[str, int] = field(default_factory=dict)  # how often in each
    untold: dict[str, int] | None = None  # what Redis does not know of; None: all of it


class Tallies:
    """Counts by key, each for as many seconds from its first time on."""

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared  # with the other processes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._ask_at = 0.0

    def add(self, key: str, place: str, *, for_s: float) -> Tally:
        """Count once more, and tell how much that makes."""
        with self._lock:
            kept = self._of(key, for_s)
            kept.places[place] = kept.places.get(place, 0) + 1
            if kept.untold is not None:
                kept.untold[place] = kept.untold.get(place, 0) + 1
            here = Tally(len(kept.places), sum(kept.places.values()), math.ceil(kept.until - time.time()))
            if here.times == 1 or not self._may_ask():
                return here
            untold, kept.untold = dict(kept.places) if kept.untold is None else kept.untold, {}
        try:
            everywhere = self._ask(key, untold, for_s)
        except redis.RedisError as error:
            self._ask_at = time.monotonic() + REDIS_REST_S
            logger.warning("Redis is away, each process counts repeats alone: %s", error)
            with self._lock:
                kept.untold = {each: untold.get(each, 0) + kept.untold.get(each, 0) for each in untold | kept.untold}
            return here
        return everywhere if everywhere.times >= here.times else here

    def _may_ask(self) -> bool:
        return self._shared and bool(settings.REDIS_URL) and time.monotonic() >= self._ask_at

    def _of(self, key: str, for_s: float) -> _Kept:
        now = time.time()
        kept = self._kept.pop(key, None)
        if kept is None or kept.until <= now:
            kept = _Kept(now + for_s)
        self._kept[key] = kept
        while len(self._kept) > KEYS_IN_MEMORY:
            self._kept.popitem(last=False)
        return kept

    @staticmethod
    def _ask(key: str, untold: dict[str, int], for_s: float) -> Tally:
        told = [part for place, number in untold.items() for part in (place, number)]
        args: list[Any] = [int(for_s * 1000), *told]
        places, times, left_ms = _script(settings.REDIS_URL)(keys=[f"{settings.LIMITS_PREFIX}:tally:{key}"], args=args)
        return Tally(int(places), int(times), max(1, math.ceil(int(left_ms) / 1000)))


@functools.cache
def _script(url: str) -> Script:
    return quick_redis(url, REDIS_TIMEOUT_S).register_script(ADD)


TALLIES = Tallies(shared=True)
NOTED = Tallies(shared=False)  # what was written down: a process that begins anew writes it down again
