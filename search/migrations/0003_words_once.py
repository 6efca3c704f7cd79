"""A document's words were kept twice, once for each language of the site."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# The index is derived: what was in it counts as changed, and the worker writes it anew.
WRITE_ANEW = """
INSERT INTO search_change (kind, object_id) SELECT kind, object_id FROM search_searchentry WHERE language = 'sv';
DELETE FROM search_searchentry;
"""
# The database takes no account of how long it takes to read vectors, which are large and lie apart from their rows: for
# a word that stands in most of them it would read them all, and ten times as long as it reads the index. Of so many
# rows as a common word finds it learns here, so that it is prepared for them.
HOLDING = """
CREATE FUNCTION search_holding(tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2000 SET enable_seqscan = off AS $$
    SELECT id FROM search_searchwords WHERE vector @@ $1
$$;
"""
HEADED = """
CREATE FUNCTION search_headed(tsquery, text) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 300 SET enable_seqscan = off AS $$
    SELECT id FROM search_searchentry WHERE heading @@ $1 AND language = $2
$$;
"""
ON_PAGE = """
CREATE FUNCTION search_on_page(tsquery) RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2000 SET enable_seqscan = off AS $$
    SELECT document_id FROM search_pageentry WHERE vector @@ $1
$$;
"""
KINDS = [
    ("strategy", "Strategies"),
    ("goal", "Goals"),
    ("priority", "Priorities"),
    ("plan", "Action plans"),
    ("activity", "Activities"),
    ("indicator", "Indicators"),
    ("followup", "Follow-ups"),
    ("programme", "Funding programmes"),
    ("call", "Calls"),
    ("document", "Documents"),
    ("news", "News"),
    ("staff", "Staff"),
    ("organisation", "Organisations"),
    ("case", "Public register"),
]


class Migration(migrations.Migration):
    dependencies = [("search", "0002_changes")]

    operations = [
        migrations.CreateModel(
            name="SearchWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("object_id", models.PositiveBigIntegerField()),
                ("language", models.CharField(blank=True, max_length=2)),
                ("vector", django.contrib.postgres.search.SearchVectorField(null=True)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="search_words_vector"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "language"), name="search_words_once")
                ],
            },
        ),
        migrations.RunSQL(WRITE_ANEW, migrations.RunSQL.noop),
        migrations.RemoveIndex("searchentry", "search_entry_vector"),
        migrations.RemoveField("searchentry", "vector"),
        migrations.AddField(
            "searchentry",
            "words",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="search.searchwords",
            ),
        ),
        migrations.AddConstraint(
            "searchentry",
            models.UniqueConstraint(
                fields=("words", "language"),
                include=("id", "kind", "object_id", "written_in", "themes", "year", "status", "dated", "weight"),
                name="search_entry_of_words",
            ),
        ),
        migrations.AddIndex(
            "searchentry",
            django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["heading"], name="search_entry_heading"),
        ),
        migrations.RunSQL(HOLDING, "DROP FUNCTION search_holding(tsquery)"),
        migrations.RunSQL(HEADED, "DROP FUNCTION search_headed(tsquery, text)"),
        migrations.RunSQL(ON_PAGE, "DROP FUNCTION search_on_page(tsquery)"),
    ]
