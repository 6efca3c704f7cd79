"""Let the public register find words in the public titles, of disposed cases too, without the protected index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_keep_what_came_in")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=GinIndex(SearchVector("title", config="swedish"), name="registry_case_title_words"),
        ),
    ]
