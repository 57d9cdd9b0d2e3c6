"""How often something may be done: a bucket of tokens for each scope and key, by the rates in the settings.

The buckets are in Redis where there is one, so that all processes count together; else in this process. Whatever is
wrong with Redis, nobody waits for it or is refused because of it: this process counts alone meanwhile.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.exceptions import Throttled
from throttled import BaseRateLimiter, BaseStore, MemoryStore, RateLimiterRegistry, RedisStore
from throttled.exceptions import StoreUnavailableError
from throttled.rate_limiter.quota_parser import parse

from accounts.devices import client_address

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

OFF = "0"
KEYS_IN_MEMORY = 20_000  # of each scope; the one that was quiet longest makes room
REDIS_TIMEOUT_S = 0.1
REDIS_REST_S = 5.0  # after a failure this process counts alone for so long
IPV6_NETWORK = 64  # bits: a single customer has at least so many addresses


class TooOften(Throttled):
    """A limit was reached: come again in `wait` seconds."""

    wait: int


def take(scope: str, key: str, cost: int = 1) -> int:
    """Take a token, or as many as it costs, if they are there.

    Returns:
        0, or the seconds until there will be one: nothing was taken then.
    """
    bucket = _bucket(scope)
    return bucket.take(key, cost) if bucket is not None else 0


def give_back(scope: str, key: str) -> None:
    """Undo a `take`."""
    bucket = _bucket(scope)
    if bucket is not None:
        bucket.take(key, -1)


def require(scope: str, key: str) -> None:
    """Take a token.

    Raises:
        TooOften: there is none; it knows how many seconds to wait.
    """
    if wait_s := take(scope, key):
        raise TooOften(wait_s)


def address_key(request: HttpRequest) -> str:
    """The network that a request comes from, as a key: of IPv6 a client has many addresses at hand."""
    address = client_address(request)
    if address is None or ":" not in address:
        return address or "-"
    return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False))


def _bucket(scope: str) -> _Bucket | None:
    rate: str = settings.LIMITS[scope]
    return None if rate == OFF else _bucket_of(scope, rate, settings.LIMITS_PREFIX)


@cache
def _bucket_of(scope: str, rate: str, prefix: str) -> _Bucket:
    return _Bucket(scope, rate, prefix)


class _Bucket:
    """The tokens of one scope: GCRA, a token bucket that is one number a key (ATM Forum TM 4.1, 4.4.2)."""

    def __init__(self, scope: str, rate: str, prefix: str) -> None:
        (quota,) = parse(rate)

        def limiter(store: BaseStore) -> BaseRateLimiter:
            return RateLimiterRegistry.get("gcra")(quota, store, key_prefix=f"{prefix}:{scope}")

        self._here = limiter(MemoryStore(options={"MAX_SIZE": KEYS_IN_MEMORY}))
        self._shared = limiter(_redis()) if settings.REDIS_URL else None

    def take(self, key: str, cost: int) -> int:
        """Take tokens, or with a negative cost put them back; 0, or the seconds to wait."""
        result = None
        if self._shared is not None and _rest.is_over():
            try:
                result = self._shared.limit(key, cost)
            except StoreUnavailableError as error:
                _rest.begin(error)
            else:
                _rest.end()
        if result is None:
            result = self._here.limit(key, cost)
        return max(1, math.ceil(result.state.retry_after)) if result.limited else 0


class _Rest:
    """Lets Redis be after a failure. One request finds out whether it is back; the others go on without it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_away = False
        self._ask_at = 0.0

    def is_over(self) -> bool:
        """Whether Redis may be asked."""
        if not self._is_away:
            return True
        with self._lock:
            if time.monotonic() < self._ask_at:
                return False
            self._ask_at = time.monotonic() + REDIS_REST_S
            return True

    def begin(self, error: StoreUnavailableError) -> None:
        """Note a failure."""
        if not self._is_away:
            logger.warning("Redis is away, each process counts its limits alone: %s", error.__cause__)
        self._ask_at = time.monotonic() + REDIS_REST_S
        self._is_away = True

    def end(self) -> None:
        """Note an answer."""
        self._is_away = False


_rest = _Rest()


@cache
def _redis() -> RedisStore:
    options: dict[str, Any] = {
        "SOCKET_TIMEOUT": REDIS_TIMEOUT_S,
        "SOCKET_CONNECT_TIMEOUT": REDIS_TIMEOUT_S,
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},  # redis-py would try three times
    }
    return RedisStore(server=settings.REDIS_URL, options=options)
