"""The tests' database: quick to write to, and emptied in a moment after a test that commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.test import TransactionTestCase

from moderation import append_only
from moderation.append_only import guard
from realtime import sequencer
from realtime.apps import make_head

if TYPE_CHECKING:
    import pytest

# What migrating puts there; nobody ever changes it.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
HEAD = "realtime_head"


def hurry(options: dict[str, str]) -> None:
    """No test of ours survives a power cut: SQLite need not wait for the disk. (tests/services does it for
    PostgreSQL.)"""
    options["init_command"] = options["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")
    assert "synchronous=OFF" in options["init_command"]


def be_patient(options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is often one transaction, with the sequencer's in it, and may look at other things for a while."""
    options["options"] = options["options"].replace("session_timeout=4s", "session_timeout=60s")
    assert "session_timeout=60s" in options["options"]
    patient = sequencer.POSTGRES_LOCK.replace("session_timeout = '2s'", "session_timeout = '60s'")
    assert patient != sequencer.POSTGRES_LOCK
    monkeypatch.setattr(sequencer, "POSTGRES_LOCK", patient)


def empty_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a test that commits, delete what is there.

    Django would truncate every table, and write all content types and permissions anew: half a second a test, where
    most leave a dozen rows.
    """
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())


def empty() -> None:
    """Delete all rows, as `manage.py flush`; the log begins anew."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=False)) - KEPT)
    quote = connection.ops.quote_name
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables)  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asked)
        emptied = [table for (table,) in cursor.fetchall()]
        for table in emptied:
            if table == append_only.TABLE:
                guard(connection, on=False)
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608 - in any order: keys are checked at the end
        if append_only.TABLE in emptied:
            guard(connection)
        make_head()
