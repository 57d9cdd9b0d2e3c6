"""The backend's wrapper: Django looks for it under this name."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

if TYPE_CHECKING:
    from psycopg import Connection

AWAY_S = 1.0  # after a failure to connect nobody else tries for so long
WAIT_S = 3.0  # for a connection that others use; the pool itself is asked in shorter turns (settings)


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but with a pool that looks instead of asking, and says at once that the database is away.

    CONN_HEALTH_CHECKS sends a query before every request: a sixth of what a whole request costs here. And psycopg's
    pool lets everybody wait for its full time while it tries again, in the end minutes apart.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool = self.settings_dict["OPTIONS"].get("pool")
        if pool:
            pool.setdefault("reconnect_failed", _note_outage)
            pool.setdefault("reconnect_timeout", 0)  # one try; the next who needs a connection makes the next

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that was alive a moment ago. The pool replaces those that were not.

        Raises:
            OperationalError: the database could not be reached less than a second ago, or everything was in use.
        """
        began = time.monotonic()
        while True:
            if self.pool is not None and _is_away(self.pool):
                raise OperationalError("the database could not be reached a moment ago")
            try:
                connection = super().get_new_connection(conn_params)
            except PoolTimeout:
                if time.monotonic() - began > WAIT_S:
                    raise
                continue
            if self.pool is None or is_alive(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)


_failed_at: WeakKeyDictionary[Any, float] = WeakKeyDictionary()  # by pool: when it last could not connect


def _note_outage(pool: Any) -> None:
    _failed_at[pool] = time.monotonic()


def _is_away(pool: Any) -> bool:
    """Whether connecting failed less than a second ago, whoever tried, and nothing is left to give out."""
    failed_at = _failed_at.get(pool)
    return failed_at is not None and time.monotonic() < failed_at + AWAY_S and not pool.get_stats()["pool_available"]


def is_alive(connection: Connection[Any]) -> bool:
    """Whether the server still holds its end: an idle connection has nothing to read, unless it was closed."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    if not poll.poll(0):
        return True
    try:  # something else may have come: a notice, a parameter's new value
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
