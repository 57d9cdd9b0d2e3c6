"""Search: what there is to know of each database is in chat/search/postgresql.py and chat/search/sqlite.py."""

from django.contrib.postgres.operations import TrigramExtension
from django.core.management.base import CommandError
from django.db import NotSupportedError, ProgrammingError, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState, StateApps
from django.db.models import Q

from chat.search import sqlite

# As `fold` in chat/search/fold.py. pg_c_utf8 (PostgreSQL 17) knows the letters of all alphabets under any locale.
FOLD = r"""
CREATE FUNCTION brook_fold(content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN octet_length(content) = length(content) THEN lower(content COLLATE "pg_c_utf8")
ELSE normalize(
    replace(replace(replace(
        translate(
            lower(regexp_replace(
                normalize(content, NFKD),
                '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]',
                '', 'g'
            ) COLLATE "pg_c_utf8"),
            E'øłđħŧı\u03c2\u2018\u2019\u201c\u201d', E'oldhti\u03c3\'\'""'
        ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    NFC)
END $$
"""
# Pairs of neighbours that begin with a character beyond the alphabets: U+0900 and above, without general punctuation.
GRAMS = """
CREATE FUNCTION brook_grams(folded text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
SELECT CASE WHEN octet_length(folded) = length(folded) THEN ''::tsvector
ELSE array_to_tsvector(ARRAY(
    SELECT DISTINCT pair FROM (
        SELECT letter, letter || coalesce(lead(letter) OVER (ORDER BY place), '') AS pair
        FROM unnest(string_to_array(folded, NULL)) WITH ORDINALITY AS letters (letter, place)
    ) AS pairs
    WHERE letter COLLATE "C" >= U&'\\0900' AND NOT letter COLLATE "C" BETWEEN U&'\\2000' AND U&'\\206F'
))
END $$
"""
COLUMN = """
ALTER TABLE chat_message ADD COLUMN search_text text GENERATED ALWAYS AS (brook_fold(content)) STORED
"""
# A send that finds the list of what is not sorted in yet full has to do it: so the list is kept short.
TRIGRAMS = """
CREATE INDEX message_trigrams ON chat_message USING gin (search_text gin_trgm_ops)
WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL AND NOT type = 'system'
"""
GRAM_INDEX = """
CREATE INDEX message_grams ON chat_message USING gin (brook_grams(search_text))
WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL AND NOT type = 'system'
"""


class Trigrams(TrigramExtension):
    """The extension, or one line that says who has to make it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        except (ProgrammingError, NotSupportedError) as error:
            raise CommandError(
                "search needs PostgreSQL's extension pg_trgm, and Brook's role may not create it: let a superuser run "
                f"CREATE EXTENSION pg_trgm; in this database and start again ({str(error).strip().splitlines()[0]})"
            ) from error


def install(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        sqlite.install(schema_editor.connection)
        return
    for statement in (FOLD, GRAMS, COLUMN, TRIGRAMS, GRAM_INDEX):
        schema_editor.execute(statement, params=None)


def uninstall(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        sqlite.uninstall(schema_editor.connection)
        return
    for statement in ("ALTER TABLE chat_message DROP COLUMN search_text", "DROP FUNCTION brook_grams, brook_fold"):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("chat", "0004_pins_and_stars")]

    operations = [
        Trigrams(),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["-created_at", "-id"],
                name="message_newest",
                condition=Q(deleted_at=None) & ~Q(type="system"),
            ),
        ),
        migrations.RunPython(install, uninstall),
    ]
