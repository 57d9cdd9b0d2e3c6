from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0021_holds"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="system",
            field=models.JSONField(null=True),
        ),
    ]
