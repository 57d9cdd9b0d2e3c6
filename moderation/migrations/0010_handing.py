from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0009_finding"),
    ]

    operations = [
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
                    ("hand_over", "Give the report to a colleague"),
                    ("give_back", "Give the report back to the queue"),
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
