from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        # Nobody waits for the disk: a count is worth little after a crash, which empties the table.
        migrations.RunSQL("ALTER TABLE visitors_count SET UNLOGGED", "ALTER TABLE visitors_count SET LOGGED"),
    ]
