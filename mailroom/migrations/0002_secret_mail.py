"""Mail whose text is for the recipient alone: a link by which somebody chooses a password."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailroom", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="is_secret",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Its text is for the recipient alone, and is emptied when it is sent.",
                verbose_name="secret",
            ),
        ),
    ]
