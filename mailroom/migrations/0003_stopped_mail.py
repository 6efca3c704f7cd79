from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailroom", "0002_emptied"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("held", "waiting for virus scan"),
                    ("queued", "to be sent"),
                    ("sent", "sent"),
                    ("failed", "could not be sent"),
                    ("bounced", "returned undelivered"),
                    ("stopped", "stopped by virus scan"),
                ],
                default="queued",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
