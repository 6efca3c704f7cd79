from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0002_priority_of_the_same_goal"),
    ]

    operations = [
        migrations.AddField(
            model_name="activityimport",
            name="manner",
            field=models.CharField(
                choices=[("drafts", "Drafts"), ("publish", "Publish")],
                db_default="drafts",
                default="drafts",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="activityimport",
            name="note_en",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="activityimport",
            name="note_sv",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
