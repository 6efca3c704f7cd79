"""Whether the code of the version before can bear what a migration does, since both run at once during an upgrade.

Own code, though django-migration-linter exists: that judges the SQL of a whole migration by patterns, so that a default
of one column hides another that is NOT NULL without one; it knows no constraints and no SQL of ours, and a migration
that it should pass over does not say why.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field, GeneratedField, ManyToManyField

BORNE = (
    ops.CreateModel, ops.AddIndex, ops.RemoveIndex, ops.RenameIndex, ops.RemoveConstraint, ops.AlterModelOptions,
    ops.AlterModelManagers, ops.AlterModelTableComment, CreateExtension,
)  # fmt: skip
"""What code that knows nothing of it never notices."""
WITHOUT_WORDS = (ops.RunSQL, ops.RunPython)
"""What only a human can judge."""
Step = tuple[Operation, ProjectState, ProjectState]


def find_faults(migration: Migration, state: ProjectState, new_models: set[tuple[str, str]]) -> list[str]:
    """Return what the former code could not bear, and the migration does not say why it can.

    `state` is the one before it. Models of `new_models` are unknown to the former code; those made here are added.
    """
    taken_away, unread = [], []
    for operation, before, after in _list_steps(migration.app_label, migration.operations, state):
        if isinstance(operation, ops.CreateModel):
            new_models.add((migration.app_label, operation.name_lower))
        if isinstance(operation, WITHOUT_WORDS):
            unread.append(f"{operation.describe()} is not read here: say in `bears` why the former code bears it")
        elif not _is_of_new_model(migration.app_label, operation, new_models) and (
            fault := _judge(migration.app_label, operation, before, after)
        ):
            taken_away.append(f"{operation.describe()}: {fault}")
    return [
        *_excuse(migration, "contracts", taken_away),
        *_excuse(migration, "bears", unread),
    ]


def _excuse(migration: Migration, attribute: str, faults: list[str]) -> list[str]:
    reason = getattr(migration, attribute, "")
    if reason and not faults:
        return [f"`{attribute}` is said for nothing"]
    return [] if reason else faults


def _list_steps(app: str, operations: list[Any], state: ProjectState) -> Iterator[Step]:
    """Yield each operation on the database with the states before and after it."""
    for operation in operations:
        before = state.clone()
        operation.state_forwards(app, state)
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _list_steps(app, operation.database_operations, before)
        else:
            yield operation, before, state


def _is_of_new_model(app: str, operation: Any, new_models: set[tuple[str, str]]) -> bool:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    return (app, str(name).lower()) in new_models


def _judge(app: str, operation: Operation, before: ProjectState, after: ProjectState) -> str:
    """Return what the former code could not bear; empty if it can."""
    if isinstance(operation, BORNE):
        return ""
    if isinstance(operation, ops.AddField):
        return _judge_new(_get_field(app, operation, after))
    if isinstance(operation, ops.AlterField):
        return _judge_change(_get_field(app, operation, before), _get_field(app, operation, after))
    if isinstance(operation, ops.AddConstraint):
        return "what the former code writes may break it"
    return "the former code still uses it"


def _get_field(app: str, operation: Any, state: ProjectState) -> "Field[Any, Any]":
    field: Field[Any, Any] = state.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
    return field


def _judge_new(field: "Field[Any, Any]") -> str:
    if field.null or field.has_db_default() or isinstance(field, ManyToManyField | GeneratedField):
        return ""
    return "rows that the former code makes have no value for it: null, or a db_default"


def _judge_change(old: "Field[Any, Any]", new: "Field[Any, Any]") -> str:
    if isinstance(new, ManyToManyField):
        return ""
    if old.null and not new.null:
        return "the former code writes NULL"
    if new.unique and not old.unique:
        return "the former code may write the same value twice"
    if old.column != new.column:
        return "the former code uses the column by its former name"
    if old.has_db_default() and not new.has_db_default():
        return "the former code relies on the database's default"
    was, becomes = old.db_type(connection), new.db_type(connection)
    if was != becomes and not _is_wider(old, new, str(was), str(becomes)):
        return f"the column of the former code is {was}, not {becomes}"
    return ""


def _is_wider(old: "Field[Any, Any]", new: "Field[Any, Any]", was: str, becomes: str) -> bool:
    """Whether the new column takes all that the old one takes, and gives it back as it was."""
    if was.startswith("varchar") and becomes == "text":
        return True
    lengths = getattr(old, "max_length", None), getattr(new, "max_length", None)
    return (
        was.startswith("varchar") and becomes.startswith("varchar") and None not in lengths and lengths[0] < lengths[1]
    )
