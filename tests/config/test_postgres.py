"""The pool of PostgreSQL's connections: none that died meanwhile is handed out."""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangosMigrate
from django.db import OperationalError, connection

from config.management.commands import migrate
from config.postgres.base import WAIT_S, DatabaseWrapper, _note_outage, is_alive
from tests.services import free_port

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


def test_while_the_database_is_away_nobody_waits_for_it() -> None:
    away = DatabaseWrapper({**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(free_port())}, alias="away")
    try:
        began = time.monotonic()
        with pytest.raises(OperationalError):
            away.ensure_connection()
        first_s, began = time.monotonic() - began, time.monotonic()
        with pytest.raises(OperationalError, match="a moment ago"):
            away.ensure_connection()
        assert time.monotonic() - began < first_s < WAIT_S
    finally:
        away.close_pool()


def test_what_is_in_the_pool_is_given_out_all_the_same() -> None:
    pid = backend_pid()
    connection.close()
    pool: Any = connection.pool  # type: ignore[attr-defined]
    _note_outage(pool)
    assert pid
    assert backend_pid()


def test_migrations_have_all_the_time_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    def limits() -> list[str]:
        with connection.cursor() as cursor:
            found = []
            for name in migrate.LIMITS:
                cursor.execute(f"SHOW {name}")
                found += cursor.fetchone()
            return found

    seen = []
    monkeypatch.setattr(DjangosMigrate, "handle", lambda *_args, **_options: seen.extend(limits()))
    before = limits()
    assert "0" not in before
    call_command("migrate")
    assert (seen, limits()) == (["0"] * 3, before)


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
