from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_keep_the_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("logged_in", "logged in"),
                    ("failed", "login failed"),
                    ("locked", "login locked"),
                    ("unlocked", "login unlocked"),
                    ("logged_out", "logged out"),
                    ("new_device", "new device"),
                    ("sessions_ended", "logged out everywhere"),
                    ("password_set", "password changed"),
                    ("factor_added", "second step added"),
                    ("factor_removed", "second step removed"),
                    ("factors_reset", "second step reset by an administrator"),
                    ("codes_made", "recovery codes made"),
                    ("code_used", "recovery code used"),
                    ("created", "account made"),
                    ("invited", "link sent"),
                    ("address_changed", "e-mail address changed"),
                    ("closed", "account closed"),
                    ("linked", "account tied to single sign-on"),
                    ("role_given", "role given"),
                    ("role_taken", "role taken"),
                    ("substitute_named", "substitute named"),
                    ("substitute_removed", "substitute removed"),
                    ("exported", "file taken out"),
                ],
                max_length=20,
                verbose_name="event",
            ),
        ),
    ]
