from django.db import migrations

KEEP = "UPDATE documents_documentversion SET scan = 'unchecked', faults = '{not_inspected}'"


class Migration(migrations.Migration):
    """What the public could have so far stays there.

    A virus check that is set up later takes it too, and the worker looks into it before it reads it.
    """

    dependencies = [("documents", "0002_quality_and_text")]

    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
