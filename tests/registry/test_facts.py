"""Every fact that the register states is covered by the chain: each column of each table is altered, and it is told.

The lists of `registry.ledger` are compared with the database, and no table or column is in none of them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from registry import ledger
from registry.models import Case
from registry.verification import facts, find_faults, stored_facts
from registry.verification.batches import ignore_progress
from registry.verification.names import name_column
from tests.registry.eventful import make_eventful_registry
from tests.registry.test_day_heads import three_days

pytestmark = pytest.mark.django_db
Alter = Callable[[str], None]
MODELS = [
    model
    for app in ("registry", "mailroom")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
]
TABLES = {model._meta.db_table: model for model in MODELS}
CONSTRAINED = {("registry_file", "variant"), ("registry_file", "original_id")}
"""Columns that constraints protect from being altered alone."""
GONE = " is missing."
TEXTS = (models.CharField, models.TextField, models.FileField)


@pytest.fixture(scope="module")
def eventful(module_database: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything has happened, and three days have heads: made once, and each test goes back to it."""
    three_days()
    make_eventful_registry(tmp_path_factory.mktemp("eventful"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def other_value(field: "models.Field[Any, Any]") -> str:
    """Return SQL for a value that the column does not have now."""
    column = connection.ops.quote_name(field.column)
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, TEXTS):
        return f"CASE WHEN left({column}, 1) = 'x' THEN 'y' ELSE 'x' END || coalesce(substr({column}, 2), '')"
    if isinstance(kind, models.BooleanField):
        return f"NOT {column}"
    if isinstance(kind, models.DateTimeField):
        return f"coalesce({column}, now()) + interval '1 millisecond'"
    if isinstance(kind, models.DateField):
        return f"coalesce({column}, current_date) + 1"
    if isinstance(kind, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(kind, models.BinaryField):
        return "'x'::bytea"
    if isinstance(kind, models.JSONField):
        return """'{"x": 1}'::jsonb"""
    return f"coalesce({column}, 0) + 10000"


def told_after(alter: Alter, statement: str, look: Callable[[], Iterator[str]]) -> str | None:
    """Return the first fault after an alteration, which is rolled back, or the refusal of a constraint."""
    try:
        with transaction.atomic():
            alter(statement)
            told = next(look(), None)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return f"refused: {error}"
    return told


def look_at_facts() -> Iterator[str]:
    return facts.find_faults(ignore_progress)


@pytest.mark.usefixtures("eventful")
def test_nothing_is_told_of_a_registry_in_which_everything_has_happened() -> None:
    assert list(find_faults()) == []
    assert [model.__name__ for model in ledger.list_stated_models() if not model._base_manager.exists()] == []


@pytest.mark.usefixtures("eventful")
def test_every_altered_fact_is_told_by_the_name_of_its_column(alter: Alter) -> None:
    untold = []
    for model in ledger.list_stated_models():
        for field in ledger.list_stated_fields(model):
            column = connection.ops.quote_name(field.column)
            by_name = "" if field.primary_key else f": its {name_column(field)} is not as the chain says."
            expected = (by_name or GONE, GONE if field.name == "mail" else by_name or GONE)
            told = [
                told_after(
                    alter,
                    f"UPDATE {model._meta.db_table} SET {column} = {other_value(field)} WHERE id = {row}",
                    look_at_facts,
                )
                for row in _rows(model, field)
            ]
            is_told = any((sentence or "").endswith(expected) for sentence in told)
            if not is_told and (model._meta.db_table, field.column) not in CONSTRAINED:
                untold.append((model._meta.db_table, field.column, told))

    assert untold == []


def _rows(model: type[models.Model], field: "models.Field[Any, Any]") -> set[int]:
    """Return the first and the last row with a value: constraints may allow altering only one of them."""
    rows = model._base_manager.order_by("pk")
    if model._meta.db_table == "mailroom_outgoingmail":
        rows = rows.filter(dispatch__isnull=False)
    first = rows.exclude(**{f"{field.name}__isnull": True}).first() or rows.first()
    return {row.pk for row in (first, rows.last()) if row}


@pytest.mark.usefixtures("eventful")
def test_every_emptied_fact_is_told(alter: Alter) -> None:
    untold = []
    for model in ledger.list_stated_models():
        for field in ledger.list_stated_fields(model):
            column, table = connection.ops.quote_name(field.column), model._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id FROM {table} WHERE {column} IS NOT NULL ORDER BY id DESC LIMIT 1")
                row = cursor.fetchone()
            if field.null and row:
                told = told_after(alter, f"UPDATE {table} SET {column} = NULL WHERE id = {row[0]}", look_at_facts)
                if not told:
                    untold.append((table, field.column))

    assert untold == []


@pytest.mark.usefixtures("eventful")
def test_every_altered_link_number_and_head_is_told(alter: Alter) -> None:
    untold = []
    for table in ledger.CHECKED_OTHERWISE:
        fields = TABLES[table]._meta.concrete_fields
        key = connection.ops.quote_name(next(field.column for field in fields if field.primary_key))
        for field in fields:
            column = connection.ops.quote_name(field.column)
            statement = (
                f"UPDATE {table} SET {column} = {other_value(field)} WHERE {key} = (SELECT max({key}) FROM {table})"
            )
            is_left_out = field.column in ledger.NOT_STATED_OF_CHECKED.get(table, {})
            if bool(told_after(alter, statement, find_faults)) == is_left_out:
                untold.append((table, field.column))

    assert untold == []


@pytest.mark.usefixtures("eventful")
@pytest.mark.parametrize("which", ["min", "max"])
def test_every_deleted_row_is_told(which: str, alter: Alter) -> None:
    untold = []
    for table, model in TABLES.items():
        key = connection.ops.quote_name(model._meta.pk.column)
        ours = stored_facts.ONLY_OURS.get(table, "")
        statement = f"DELETE FROM {table} WHERE {key} = (SELECT {which}({key}) FROM {table} {ours})"
        if (
            table not in ledger.NOT_FACTS
            and model._base_manager.exists()
            and not told_after(alter, statement, find_faults)
        ):
            untold.append(table)

    assert untold == []


@pytest.mark.usefixtures("eventful")
def test_every_added_row_is_told(alter: Alter) -> None:
    untold = []
    for model in ledger.list_stated_models():
        table = model._meta.db_table
        fields = model._meta.concrete_fields
        columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
        together = {name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())}
        together |= {name for names in model._meta.unique_together for name in names}
        values = ", ".join(
            other_value(field) if field.unique or field.name in together else connection.ops.quote_name(field.column)
            for field in fields
        )
        statement = f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} ORDER BY id DESC LIMIT 1"
        told = told_after(alter, statement, look_at_facts)
        is_of_another = table in stored_facts.ONLY_OURS  # mail that no dispatch names is none of the registry's
        if not is_of_another and not (told or "").endswith(" is in the register, but no event tells of it."):
            untold.append((table, told))

    assert untold == []


def test_the_triggers_watch_what_the_ledger_says() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger "
            "WHERE tgname = 'registry_note_change'"
        )
        watched = {table: {name for name in arguments.split("\\000") if name} for table, arguments in cursor.fetchall()}

    assert watched == {
        model._meta.db_table: set(ledger.LEFT_OUT.get(model._meta.db_table, {}))
        for model in ledger.list_stated_models()
    }


def test_every_table_and_column_that_is_left_out_exists_and_says_why() -> None:
    named = {**ledger.CHECKED_OTHERWISE, **ledger.NOT_FACTS}
    columns = {**ledger.LEFT_OUT, **ledger.NOT_STATED_OF_CHECKED}
    existing = {table: {field.column for field in model._meta.concrete_fields} for table, model in TABLES.items()}

    assert set(named) <= set(TABLES)
    assert all(set(reasons) <= existing[table] for table, reasons in columns.items())
    assert all(named.values())
    assert all(reason for reasons in columns.values() for reason in reasons.values())


@pytest.mark.usefixtures("eventful")
def test_a_user_who_was_removed_leaves_no_fault_and_one_who_was_hidden_does(alter: Alter) -> None:
    case = Case.objects.filter(assigned_to__isnull=False).latest("pk")
    assert case.assigned_to
    told = told_after(alter, f"UPDATE registry_case SET assigned_to_id = NULL WHERE id = {case.pk}", look_at_facts)
    assert told == f"{case}: its assigned to is not as the chain says."

    case.assigned_to.delete()

    assert list(find_faults()) == []


ALTERED_CHANGES = {
    "DELETE FROM registry_change WHERE id = (SELECT max(id) FROM registry_change)": " changed has been altered.",
    "UPDATE registry_change SET act = act + 1": " changed has been altered.",
    "UPDATE registry_change SET id = -id": " changed has been altered.",
    "UPDATE registry_change SET digest = sha256(digest)": " changed has been altered.",
    "UPDATE registry_change SET key = key + 1": " is in the register, but no event tells of it.",
    "UPDATE registry_change SET salt = '' WHERE \"table\" = 'registry_party'": (
        ": what the chain says of it has been altered."
    ),
    "UPDATE registry_change SET facts = '{}' WHERE \"table\" = 'registry_case'": (
        ": what the chain says of it has been altered."
    ),
    "UPDATE registry_change SET facts = NULL, salt = NULL WHERE \"table\" = 'registry_party'": (
        ": what the chain says of it was destroyed, but nobody decided that."
    ),
}


@pytest.mark.usefixtures("eventful")
@pytest.mark.parametrize(("statement", "told"), ALTERED_CHANGES.items(), ids=ALTERED_CHANGES)
def test_altered_changes_are_told(statement: str, told: str, alter: Alter) -> None:
    assert (told_after(alter, statement, look_at_facts) or "").endswith(told)
