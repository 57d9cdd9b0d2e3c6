"""The database's own word that the audit log only grows, whoever asks: triggers, on both databases.

SQLite's go with a table that a migration remakes, so they are put there after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "moderation_auditentry"
SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_{verb} BEFORE {verb} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for verb in ("update", "delete")
]
SQLITE_OFF = [f"DROP TRIGGER IF EXISTS {TABLE}_{verb}" for verb in ("update", "delete")]
POSTGRESQL = [
    """
    CREATE OR REPLACE FUNCTION moderation_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'raise_exception'; END $$
    """,
    f"CREATE OR REPLACE TRIGGER {TABLE}_rows BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION moderation_only_grows()",
    f"CREATE OR REPLACE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION moderation_only_grows()",
]
POSTGRESQL_OFF = [f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}" for name in ("rows", "truncate")]


def guard(connection: BaseDatabaseWrapper, *, on: bool = True) -> None:
    """Put the triggers there, where they are not; or take them away, which only tests that begin anew do."""
    if TABLE not in connection.introspection.table_names():
        return
    if connection.vendor == "postgresql":
        statements = POSTGRESQL if on else POSTGRESQL_OFF
    else:
        statements = SQLITE if on else SQLITE_OFF
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
