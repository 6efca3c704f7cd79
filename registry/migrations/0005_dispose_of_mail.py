"""Mail that became no case can be disposed of. The list of a disposal's mail is written when it is proposed."""

from django.db import migrations, models

LIST_ROWS = """
CREATE TRIGGER registry_keep BEFORE INSERT OR UPDATE OR DELETE ON registry_disposal_mails
    FOR EACH ROW EXECUTE FUNCTION registry_list();
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON registry_disposal_mails
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""
UNDO = """
DROP TRIGGER registry_keep ON registry_disposal_mails;
DROP TRIGGER registry_keep_all ON registry_disposal_mails;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_savedfilter"), ("mailroom", "0002_emptied")]

    operations = [
        migrations.AddField(
            model_name="disposal",
            name="mails",
            field=models.ManyToManyField(
                blank=True,
                related_name="disposals",
                to="mailroom.incomingmail",
                verbose_name="minor e-mail",
            ),
        ),
        migrations.RunSQL(LIST_ROWS, UNDO),
    ]
