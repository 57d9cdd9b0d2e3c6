"""What each process with streams says of itself, for the processes without: in Redis, and soon forgotten.

A hub hears the others over the channel layer. A WSGI process hears nothing, and is asked for the status all the same.
REALTIME["FIGURES"] is the address of that Redis, empty where there is one process alone.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import redis

from realtime import conf
from realtime.quick_redis import quick_redis

KEY = "brook:realtime:figures"
TELL_EVERY_S = 5
BELIEVED_S = 3 * TELL_EVERY_S
TIMEOUT_S = 0.5


class FiguresAway(Exception):
    """They cannot be read now."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One process, as it was at a moment (seconds since 1970)."""

    streams: int
    lag_ms: float | None
    at: float


def are_kept() -> bool:
    """Whether there is a place for them."""
    return bool(conf.option("FIGURES"))


def keep(name: str, figures: Figures) -> None:
    """Note how a process is. Call it in a thread.

    Raises:
        FiguresAway: there is no answer.
    """
    try:
        with _redis(conf.option("FIGURES")).pipeline() as pipe:
            pipe.hset(KEY, name, json.dumps(asdict(figures)))
            pipe.expire(KEY, BELIEVED_S)
            pipe.execute()
    except redis.RedisError as error:
        raise FiguresAway(repr(error)) from error


def read() -> list[Figures]:
    """The processes that told of themselves lately.

    Raises:
        FiguresAway: there is no answer.
    """
    since = time.time() - BELIEVED_S
    try:
        kept: Any = _redis(conf.option("FIGURES")).hgetall(KEY)
        found = {name: Figures(**json.loads(text)) for name, text in kept.items()}
        gone = [name for name, figures in found.items() if figures.at < since]
        if gone:
            _redis(conf.option("FIGURES")).hdel(KEY, *gone)
    except redis.RedisError as error:
        raise FiguresAway(repr(error)) from error
    return [figures for name, figures in found.items() if name not in gone]


@cache
def _redis(url: str) -> redis.Redis:
    return quick_redis(url, TIMEOUT_S)
