"""Links of published texts to other sites, and how their nightly visits went."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0003_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=2000, unique=True, verbose_name="address")),
                ("found_in", models.JSONField(default=list, verbose_name="found in")),
                (
                    "due_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="next visit"),
                ),
                ("checked_at", models.DateTimeField(null=True, verbose_name="last visit")),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "the page is gone"),
                            ("error", "the server answers with an error"),
                            ("unreachable", "the server does not answer"),
                            ("endless", "it only leads on to other addresses"),
                            ("refused", "it leads to an address that is not public"),
                        ],
                        max_length=20,
                        verbose_name="fault",
                    ),
                ),
                (
                    "failed_nights",
                    models.PositiveSmallIntegerField(default=0, verbose_name="nights in a row that it failed"),
                ),
                ("failed_since", models.DateTimeField(null=True, verbose_name="failed since")),
                ("visits", models.JSONField(default=list, verbose_name="visits")),
            ],
            options={
                "verbose_name": "link to another site",
                "verbose_name_plural": "links to other sites",
            },
        ),
    ]
