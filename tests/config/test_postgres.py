"""The pool of PostgreSQL's connections: none that died meanwhile is handed out."""

from __future__ import annotations

import select
from typing import Any

import psycopg
import pytest
from django.db import connection

from config.postgres.base import is_alive

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def elsewhere(sql: str, *values: int) -> None:
    """Run a statement on a connection that is not of the pool."""
    pool: Any = connection.pool  # type: ignore[attr-defined]
    with psycopg.connect(**pool.kwargs) as other:
        other.execute(sql, values)


def test_a_connection_that_the_server_closed_is_replaced_without_an_error() -> None:
    pid = backend_pid()
    connection.close()  # back into the pool
    elsewhere("SELECT pg_terminate_backend(%s, 5000)", pid)  # milliseconds it may take; others are left alone
    pool: Any = connection.pool  # type: ignore[attr-defined]
    seen = []
    for _time in range(2 * pool.max_size):  # the pool hands out in turn: the dead one's comes
        seen.append(backend_pid())
        connection.close()
    assert pid not in seen


def test_a_connection_with_something_to_read_is_asked_and_kept() -> None:
    pool: Any = connection.pool  # type: ignore[attr-defined]
    with psycopg.connect(**pool.kwargs) as listening:
        listening.execute("LISTEN brook_test")
        elsewhere("NOTIFY brook_test")
        select.select([listening], [], [])
        assert is_alive(listening)
        listening.close()
        with pytest.raises(psycopg.OperationalError):
            listening.fileno()
