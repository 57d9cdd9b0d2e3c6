from django.conf import settings
from django.db import migrations, models

# Of what was reported before.
WHOM = """
UPDATE moderation_report
SET person_id = coalesce(user_id, (SELECT sender_id FROM chat_message WHERE chat_message.id = message_id))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0008_automatic"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(WHOM, migrations.RunSQL.noop),
        migrations.AddIndex(model_name="report", index=models.Index(fields=["person", "-id"], name="report_person")),
        migrations.AddIndex(
            model_name="auditentry", index=models.Index(fields=["by_name", "-id"], name="audit_by_name")
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="act",
            field=models.CharField(
                choices=[
                    ("remove", "Remove the message"),
                    ("restore", "Put the message back"),
                    ("warn", "Warn the person"),
                    ("suspend", "Suspend the person"),
                    ("end_suspension", "End the suspension"),
                    ("ban", "Ban the person"),
                    ("unban", "Let the person in again"),
                    ("end_sessions", "Log the person out everywhere"),
                    ("reset_two_factor", "Turn two-factor log-in off"),
                    ("remove_all", "Remove all the person's messages"),
                    ("lock", "Lock the conversation"),
                    ("unlock", "Open the conversation again"),
                    ("archive", "Archive the conversation"),
                    ("unarchive", "Take the conversation out of the archive"),
                    ("change", "Change the settings"),
                    ("add_people", "Add people"),
                    ("remove_person", "Remove the person from the conversation"),
                    ("set_role", "Give the person a role"),
                    ("revoke_invite", "Revoke the invite"),
                    ("remove_file", "Remove the file"),
                    ("read", "Read the conversation"),
                    ("hold", "Hold the conversation"),
                    ("end_hold", "End the hold"),
                    ("export", "Export the conversation"),
                    ("download", "Download the export"),
                    ("broadcast", "Send the broadcast"),
                    ("dismiss", "Dismiss the report"),
                    ("assign", "Take the report"),
                    ("exempt", "Exempt the account from automatic limits"),
                    ("end_exemption", "End the exemption"),
                    ("change_role", "Change a role of staff"),
                    ("delete_role", "Delete a role of staff"),
                    ("add_person", "Make an account"),
                    ("change_person", "Change an account"),
                    ("set_password", "Change the password"),
                    ("add_words", "Block words"),
                    ("change_word", "Change a blocked word"),
                    ("delete_word", "Block a word no longer"),
                    ("slow", "Slow the person down"),
                    ("refuse", "Refuse what the person said"),
                    ("flag", "Report the person to staff"),
                ],
                editable=False,
                max_length=32,
            ),
        ),
    ]
