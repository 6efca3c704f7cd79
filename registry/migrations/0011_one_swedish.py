"""Find cases by the lexemes of `language.words` instead of PostgreSQL's stems: all are indexed anew."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from registry.search import index_all_cases


def index_cases(_apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    index_all_cases()


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_state_every_fact"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseTitle",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="title_words",
                        serialize=False,
                        to="registry.case",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField(verbose_name="words")),
            ],
            options={
                "verbose_name": "words of a public title",
                "verbose_name_plural": "words of public titles",
            },
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="registry_case_title_words",
        ),
        migrations.AddIndex(
            model_name="casetitle",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="registry_casetitle_vector"),
        ),
        migrations.RunPython(index_cases, migrations.RunPython.noop),
    ]
