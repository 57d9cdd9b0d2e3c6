from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_signed_up")]

    operations = [
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("address__isnull", False)), fields=["address", "-id"], name="session_address"
            ),
        ),
    ]
