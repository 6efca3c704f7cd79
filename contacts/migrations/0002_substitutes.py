import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField(default=django.utils.timezone.localdate, verbose_name="from")),
                ("last_day", models.DateField(help_text="The last day is included.", verbose_name="until")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="substitutes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who is away",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stands_in_for",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="substitute",
                    ),
                ),
            ],
            options={
                "verbose_name": "substitute",
                "verbose_name_plural": "substitutes",
                "ordering": ["-last_day", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="contacts_substitution_has_days",
                        violation_error_message="The last day comes before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("substitute")), _negated=True),
                        name="contacts_substitution_is_by_another",
                        violation_error_message="Choose somebody else than the one who is away.",
                    ),
                ],
            },
        ),
    ]
