"""Redis for what may be lost and must not be waited for."""

from __future__ import annotations

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def quick_redis(url: str, timeout_s: float) -> redis.Redis:
    """A client with strings for bytes that tries once, and gives up after the timeout."""
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
    )
