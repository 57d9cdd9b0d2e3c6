"""What a million messages need: fewer indexes to write, better figures for PostgreSQL's planner."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# PostgreSQL does not use the statistics of a partial index, and would take every pair of characters for rare. With 100
# samples of the text it could not tell a word in one message of a hundred from one that nobody ever wrote.
FORWARDS = (
    "SET LOCAL statement_timeout = 0",
    "DROP INDEX message_grams",
    "CREATE INDEX message_grams ON chat_message USING gin (brook_grams(search_text)) WITH (gin_pending_list_limit = 512)",
    "ALTER TABLE chat_message ALTER COLUMN search_text SET STATISTICS 500",
)
BACKWARDS = (
    "SET LOCAL statement_timeout = 0",
    "DROP INDEX message_grams",
    "CREATE INDEX message_grams ON chat_message USING gin (brook_grams(search_text)) "
    "WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL AND NOT type = 'system'",
    "ALTER TABLE chat_message ALTER COLUMN search_text SET STATISTICS -1",
)


def forwards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in FORWARDS:
            schema_editor.execute(statement, params=None)


def backwards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in BACKWARDS:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0009_later"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.AlterField(
            model_name="message",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="chat.conversation",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="sender",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="participant",
            name="conversation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participants",
                to="chat.conversation",
            ),
        ),
    ]
