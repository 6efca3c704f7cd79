from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Likeness of words, for misspelt ones. PostgreSQL lets a database's owner add this extension."""

    dependencies = [("funding", "0001_initial")]

    operations = [TrigramExtension()]
