from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actionplans", "0003_manner_of_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="actionplan",
            name="needs_review",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "Then nobody publishes their own text of the plan or its activities: they ask a colleague to."
                ),
                verbose_name="must be read by somebody else before it is published",
            ),
        ),
    ]
