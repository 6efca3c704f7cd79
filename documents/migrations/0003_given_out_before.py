from django.db import migrations


class Migration(migrations.Migration):
    """What the public could have so far stays there; a virus check that is set up later takes it too."""

    dependencies = [("documents", "0002_quality_and_text")]

    operations = [migrations.RunSQL("UPDATE documents_documentversion SET scan = 'unchecked'", migrations.RunSQL.noop)]
