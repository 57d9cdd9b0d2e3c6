"""The backend's wrapper: Django looks for it under this name."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool

if TYPE_CHECKING:
    from psycopg import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but a connection from the pool is asked nothing where a look at its socket says that it is alive.

    CONN_HEALTH_CHECKS sends a query before every request: a sixth of what a whole request costs here.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that was alive a moment ago. The pool replaces those that were not."""
        while True:
            connection = super().get_new_connection(conn_params)
            if self.pool is None or is_alive(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)


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
