"""Old and new code run at once during an upgrade (docs/upgrading.md): what migrations may do to the tables."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Q

from tests.expand_contract import find_faults

BASELINE = {
    "accounts": "0002", "actionplans": "0002", "contacts": "0001", "documents": "0001", "followup": "0002",
    "funding": "0001", "indicators": "0001", "jobs": "0002", "mailroom": "0003", "news": "0001", "publishing": "0002",
    "registry": "0003", "rus_portal": "0001", "search": "0002", "strategy": "0001", "visitors": "0001",
}  # fmt: skip
"""The last migration of each app that is not judged: no region ran a release when the rule began. When a version is
released, this can be raised to its last ones."""
APP = "library"


def test_the_former_code_bears_every_new_migration():
    loader = MigrationLoader(None)
    assert {app for app, name in loader.disk_migrations} >= set(BASELINE)
    judged = [
        (app, name)
        for app, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)
        if app in BASELINE and name[:4] > BASELINE[app]
    ]
    new_models: set[tuple[str, str]] = set()

    faults = [
        f"{app}/migrations/{name}.py: {fault}"
        for app, name in judged
        for fault in find_faults(
            loader.disk_migrations[app, name], loader.project_state((app, name), at_end=False), new_models
        )
    ]

    assert faults == []


def test_the_baseline_names_migrations_that_exist():
    known = {(app, name[:4]) for app, name in MigrationLoader(None).disk_migrations}

    assert set(BASELINE.items()) <= known


def judge(*operations, **attributes):
    """Judge a migration with these operations, on a table of books."""
    book = {
        "id": models.BigAutoField(primary_key=True),
        "title": models.CharField(max_length=100),
        "note": models.TextField(null=True),
        "pages": models.IntegerField(db_default=0),
    }
    state = ProjectState()
    state.add_model(ModelState(APP, "Book", list(book.items())))
    migration = migrations.Migration("0002_change", APP)
    migration.operations = list(operations)
    for name, value in attributes.items():
        setattr(migration, name, value)
    return find_faults(migration, state, set())


REFUSED = {
    "removed column": migrations.RemoveField("book", "note"),
    "removed table": migrations.DeleteModel("Book"),
    "renamed column": migrations.RenameField("book", "note", "remark"),
    "renamed table": migrations.RenameModel("Book", "Volume"),
    "table of another name": migrations.AlterModelTable("book", "volumes"),
    "new column that must be filled": migrations.AddField("book", "year", models.IntegerField(default=0)),
    "no longer empty": migrations.AlterField("book", "note", models.TextField(default="")),
    "unique": migrations.AlterField("book", "title", models.CharField(max_length=100, unique=True)),
    "narrower": migrations.AlterField("book", "title", models.CharField(max_length=50)),
    "another type": migrations.AlterField("book", "pages", models.TextField(db_default="0")),
    "another column": migrations.AlterField("book", "note", models.TextField(null=True, db_column="remark")),
    "default taken away": migrations.AlterField("book", "pages", models.IntegerField(default=0)),
    "constraint": migrations.AddConstraint(
        "book", models.CheckConstraint(condition=Q(pages__gt=0), name="book_has_pages")
    ),
    "hidden in a pair": migrations.SeparateDatabaseAndState([migrations.RemoveField("book", "note")]),
}
BORNE = {
    "new table": migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    "new column that may be empty": migrations.AddField("book", "year", models.IntegerField(null=True)),
    "new column with a default": migrations.AddField("book", "year", models.IntegerField(db_default=0)),
    "may be empty": migrations.AlterField("book", "title", models.CharField(max_length=100, null=True)),
    "wider": migrations.AlterField("book", "title", models.CharField(max_length=200)),
    "without limit": migrations.AlterField("book", "title", models.TextField()),
    "index": migrations.AddIndex("book", models.Index(fields=["title"], name="book_title")),
    "words": migrations.AlterModelOptions("book", {"verbose_name": "volume"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_former_code_cannot_bear_is_refused_unless_it_says_why(what):
    assert len(judge(REFUSED[what])) == 1
    assert judge(REFUSED[what], contracts="unused since 0.3.0") == []


@pytest.mark.parametrize("what", BORNE)
def test_what_the_former_code_bears_needs_no_word(what):
    assert judge(BORNE[what]) == []
    assert judge(BORNE[what], contracts="nothing") == ["`contracts` is said for nothing"]


@pytest.mark.parametrize("operation", [migrations.RunSQL("SELECT 1"), migrations.RunPython(lambda *_: None)])
def test_sql_and_python_say_why_they_are_borne(operation):
    assert len(judge(operation)) == 1
    assert len(judge(operation, contracts="something else")) == 2
    assert judge(operation, bears="it writes nothing that the former code reads") == []


def test_a_table_that_the_former_code_does_not_know_may_be_changed():
    changed = migrations.AddField("shelf", "place", models.TextField(default=""))

    assert judge(BORNE["new table"], changed) == []
