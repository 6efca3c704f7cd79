import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0004_needs_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="activity",
            options={
                "ordering": ["plan", "starts_on", "slug"],
                "permissions": [("report_activity", "Can report on activities")],
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
            },
        ),
        migrations.AddField(
            model_name="milestone",
            name="reached_in",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="milestones",
                to="actionplans.statusupdate",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="reporters",
            field=models.ManyToManyField(
                blank=True,
                help_text=(
                    "They report on the activities that the organisation is responsible for, and change nothing else."
                ),
                related_name="organisations",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user accounts that report for it",
            ),
        ),
        migrations.AddField(
            model_name="statusupdate",
            name="ends_after",
            field=models.DateField(blank=True, null=True, verbose_name="new end"),
        ),
        migrations.AddField(
            model_name="statusupdate",
            name="ends_before",
            field=models.DateField(blank=True, null=True, verbose_name="end before"),
        ),
        migrations.AddField(
            model_name="statusupdate",
            name="evidence_title",
            field=models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="what shows it"),
        ),
        migrations.AddField(
            model_name="statusupdate",
            name="evidence_url",
            field=models.URLField(blank=True, db_default="", default="", verbose_name="link to what shows it"),
        ),
    ]
