from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_failures")]

    operations = [
        migrations.AlterField(
            model_name="heartbeat",
            name="round",
            field=models.CharField(
                choices=[
                    ("publishing", "changes whose moment has come"),
                    ("quick", "mail and what else people wait for"),
                    ("slow", "files, lists and statistics"),
                    ("search", "the search index"),
                ],
                max_length=10,
                verbose_name="round",
            ),
        ),
    ]
