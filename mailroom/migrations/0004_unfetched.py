import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailroom", "0003_stopped_mail")]

    operations = [
        migrations.CreateModel(
            name="UnfetchedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.BigIntegerField(verbose_name="UID")),
                ("fault", models.TextField(verbose_name="what went wrong")),
                ("attempts", models.PositiveIntegerField(default=1, verbose_name="attempts")),
                ("first_at", models.DateTimeField(auto_now_add=True, verbose_name="first attempt")),
                ("due_at", models.DateTimeField(verbose_name="next attempt")),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unfetched",
                        to="mailroom.mailboxreading",
                        verbose_name="mailbox",
                    ),
                ),
            ],
            options={
                "verbose_name": "e-mail that could not be fetched",
                "verbose_name_plural": "e-mail that could not be fetched",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("reading", "uid"), name="mailroom_unfetched_once")],
            },
        ),
    ]
