"""Substrings on SQLite: FTS5 with its trigram tokenizer over the folded text, which triggers keep.

    chat_message --trigger--> chat_message_text (id, message_id, text) --trigger--> chat_message_fts

The table between gives each message a number that stays: FTS5 wants one, and VACUUM may change the hidden row numbers
of a table that is keyed by something else. Django makes a table anew for many a migration, and its triggers are gone
then: `install` runs after every `migrate`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import OperationalError
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from chat.search.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.backends.base.base import BaseDatabaseWrapper

    from chat.models import MessageQuerySet

SHORTEST = 3  # characters that the trigram index can find

TABLES = """
CREATE TABLE IF NOT EXISTS chat_message_text (
    id INTEGER PRIMARY KEY, message_id char(32) NOT NULL UNIQUE, text TEXT NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS chat_message_fts USING fts5(
    text, content='chat_message_text', content_rowid='id', tokenize='trigram case_sensitive 1'
);
CREATE TRIGGER IF NOT EXISTS chat_message_text_added AFTER INSERT ON chat_message_text BEGIN
    INSERT INTO chat_message_fts (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER IF NOT EXISTS chat_message_text_removed AFTER DELETE ON chat_message_text BEGIN
    INSERT INTO chat_message_fts (chat_message_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER IF NOT EXISTS chat_message_text_changed AFTER UPDATE ON chat_message_text BEGIN
    INSERT INTO chat_message_fts (chat_message_fts, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO chat_message_fts (rowid, text) VALUES (new.id, new.text);
END;
"""
TRIGGERS = """
CREATE TRIGGER chat_message_search_added AFTER INSERT ON chat_message WHEN new.content <> '' BEGIN
    INSERT INTO chat_message_text (message_id, text) VALUES (new.id, brook_fold(new.content));
END;
CREATE TRIGGER chat_message_search_removed AFTER DELETE ON chat_message BEGIN
    DELETE FROM chat_message_text WHERE message_id = old.id;
END;
CREATE TRIGGER chat_message_search_changed AFTER UPDATE OF id, content ON chat_message
WHEN new.content <> old.content OR new.id <> old.id BEGIN
    DELETE FROM chat_message_text WHERE message_id = old.id;
    INSERT INTO chat_message_text (message_id, text) SELECT new.id, brook_fold(new.content) WHERE new.content <> '';
END;
"""
CATCH_UP = """
DELETE FROM chat_message_text;
INSERT INTO chat_message_text (message_id, text) SELECT id, brook_fold(content) FROM chat_message WHERE content <> '';
"""
NAMES = ("chat_message_search_added", "chat_message_search_removed", "chat_message_search_changed")


def attempts(messages: MessageQuerySet, terms: list[str], _before: datetime | None) -> Iterator[MessageQuerySet]:
    """Those whose folded text contains every one of the folded terms, at once."""
    long = [term for term in terms if len(term) >= SHORTEST]
    if long:
        match = " AND ".join('"{}"'.format(term.replace('"', '""')) for term in long)
        found = (
            "SELECT message_id FROM chat_message_text"
            " WHERE id IN (SELECT rowid FROM chat_message_fts WHERE chat_message_fts MATCH %s)"
        )
        messages = messages.filter(pk__in=RawSQL(found, [match]))  # noqa: S611 - a parameter
    for term in terms:
        if len(term) < SHORTEST:
            contains = (
                'EXISTS (SELECT 1 FROM chat_message_text WHERE message_id = "chat_message"."id" AND instr(text, %s))'
            )
            messages = messages.filter(RawSQL(contains, [term], output_field=BooleanField()))  # noqa: S611
    yield messages


def with_links(messages: MessageQuerySet) -> MessageQuerySet:
    """Those with the address of a page in their text."""
    return messages.filter(Q(content__contains="http://") | Q(content__contains="https://"))  # whatever the case


def install(connection: BaseDatabaseWrapper) -> None:
    """Make what is missing of tables and triggers, and index what was written without them.

    Raises:
        CommandError: this SQLite has no FTS5 with trigrams.
    """
    with connection.cursor() as cursor:
        try:
            for statement in _statements(TABLES):
                cursor.execute(statement)
        except OperationalError as error:
            raise CommandError(
                f"Brook needs an SQLite with FTS5 and its trigram tokenizer (3.34 or later): {error}"
            ) from error
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'chat_message'"
            " AND name IN (%s, %s, %s)",
            NAMES,
        )
        (present,) = cursor.fetchone()
        if present == len(NAMES):
            return
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in _statements(TRIGGERS + CATCH_UP):
            cursor.execute(statement)


def keep(connection: BaseDatabaseWrapper) -> None:
    """After a migration: put back what went with a table that was made anew."""
    if connection.vendor == "sqlite" and "chat_message_text" in connection.introspection.table_names():
        install(connection)


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Take it all away."""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute("DROP TABLE IF EXISTS chat_message_text")
        cursor.execute("DROP TABLE IF EXISTS chat_message_fts")


def add_functions_to(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Give a new connection the function that the triggers call."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("brook_fold", 1, fold, deterministic=True)


def _statements(script: str) -> list[str]:
    """The statements of a script: what begins a line, but for the END of a trigger."""
    return re.split(r"(?<=;)\n+(?=CREATE|DELETE|INSERT)", script.strip())
