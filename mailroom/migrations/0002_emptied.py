from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailroom", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="incomingmail",
            name="emptied_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="content destroyed"),
        ),
    ]
