"""Where an activity once stood, and where to remind an organisation."""

import django.db.models.deletion
from django.db import migrations, models

REMEMBER_PRESENT_PLACES = """
INSERT INTO actionplans_formerplace (activity_id, plan_id) SELECT id, plan_id FROM actionplans_activity
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0003_plans_at_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "former address of an activity",
                "verbose_name_plural": "former addresses of activities",
            },
        ),
        migrations.AddField(
            model_name="organisation",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="Used when an activity has no contact person. Not shown to the public.",
                max_length=254,
                verbose_name="e-mail address for reminders",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["week"], name="actionplans_reminder_week"),
        ),
        migrations.AddField(
            model_name="formerplace",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="former_places", to="actionplans.activity"
            ),
        ),
        migrations.AddField(
            model_name="formerplace",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="actionplans.actionplan"
            ),
        ),
        migrations.AddConstraint(
            model_name="formerplace",
            constraint=models.UniqueConstraint(fields=("activity", "plan"), name="actionplans_formerplace_once"),
        ),
        migrations.RunSQL(REMEMBER_PRESENT_PLACES, migrations.RunSQL.noop),
    ]
