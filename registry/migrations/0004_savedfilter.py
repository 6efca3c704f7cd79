import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("registry", "0003_public")]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(max_length=500, verbose_name="selection")),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with all registrars")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved selection",
                "verbose_name_plural": "saved selections",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["owner", "name"], name="registry_savedfilter_name_once")
                ],
            },
        ),
    ]
