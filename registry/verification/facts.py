"""Every fact of the register (`registry.ledger`), compared with the changes that the chain covers."""

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from registry.ledger import list_stated_fields, list_stated_models
from registry.models import Event
from registry.verification import stored_facts
from registry.verification.batches import Progress
from registry.verification.names import name_column, name_row
from registry.verification.stored_facts import ChangeRow

Facts = dict[str, Any]
DELETED = "null"


def find_faults(progress: Progress) -> Iterator[str]:
    """Yield a sentence for every fact that differs from the chain, and for every altered change."""
    progress("Checking what the events changed …")
    yield from _act_faults()
    for model in list_stated_models():
        progress(f"Checking the facts in {model._meta.db_table} …")
        yield from _table_faults(model)


def _act_faults() -> Iterator[str]:
    """Check each event's digest over its changes."""
    for (sequence, changes), rows in groupby(stored_facts.read_acts(), key=itemgetter(0, 1)):
        digest = b""
        for *_event, own in rows:
            digest = hashlib.sha256(digest + bytes(own or b"")).digest()
        if digest.hex() != changes:
            yield f"What event {sequence} changed has been altered."


def _table_faults(model: type[models.Model]) -> Iterator[str]:
    """Merge the rows and the changes, both ordered by key."""
    changes = groupby(stored_facts.read_changes(model), key=itemgetter(0))
    key, group = next(changes, (None, None))
    for row_key, row in stored_facts.read_rows(model):
        while key is not None and key < row_key:
            yield from _row_faults(model, key, list(group or ()), None)
            key, group = next(changes, (None, None))
        known = list(group or ()) if key == row_key else []
        yield from _row_faults(model, row_key, known, row)
        if key == row_key:
            key, group = next(changes, (None, None))
    while key is not None:
        yield from _row_faults(model, key, list(group or ()), None)
        key, group = next(changes, (None, None))


def _row_faults(model: type[models.Model], key: int, changes: list[ChangeRow], row: str | None) -> Iterator[str]:
    """Check one row: `row` is its present facts, None if it is gone."""
    table = model._meta.db_table
    are_whole = all(change.facts is None or _is_as_written(table, change) for change in changes)
    if are_whole and len(changes) == 1 and changes[0].facts == row:
        return  # most rows are written once
    stated, actual = _fold(changes), json.loads(row) if row else None
    if not are_whole:
        yield f"{name_row(model, key, stated or actual)}: what the chain says of it has been altered."
    elif not _was_lawfully_emptied(changes):
        name = name_row(model, key, stated or actual)
        yield f"{name}: what the chain says of it was destroyed, but nobody decided that."
    elif stated is None and actual is not None:
        yield f"{name_row(model, key, actual)} is in the register, but no event tells of it."
    elif stated is not None and actual is None:
        yield f"{name_row(model, key, stated)} is missing."
    elif stated is not None and actual is not None:
        yield from _column_faults(model, key, stated, actual)


def _is_as_written(table: str, change: ChangeRow) -> bool:
    said = f"{change.act} {change.id} {table} {change.key} {change.facts}"
    return hashlib.sha256(bytes(change.salt or b"") + said.encode()).digest() == bytes(change.digest)


def _was_lawfully_emptied(changes: list[ChangeRow]) -> bool:
    """Whether a disposal logged the row again after every change whose facts are destroyed."""
    emptied = [change.id for change in changes if change.facts is None]
    disposed = [change.id for change in changes if change.kind == Event.Kind.DISPOSED and change.facts is not None]
    return not emptied or (bool(disposed) and max(emptied) < max(disposed))


def _fold(changes: list[ChangeRow]) -> Facts | None:
    """Return the facts after all changes; None if the row was deleted or never logged."""
    facts: Facts | None = None
    for change in changes:
        if change.facts == DELETED:
            facts = None
        elif change.facts is not None:
            facts = (facts or {}) | json.loads(change.facts)
    return facts


def _column_faults(model: type[models.Model], key: int, stated: Facts, actual: Facts) -> Iterator[str]:
    for field in list_stated_fields(model):
        column = str(field.column)
        # A column added later holds the default that its migration set.
        said = stated.get(column, json.loads(json.dumps(field.get_default(), default=str)))
        if actual[column] != said and not _is_removed_user(field, said, actual[column]):
            yield f"{name_row(model, key, stated)}: its {name_column(field)} is not as the chain says."


def _is_removed_user(field: "models.Field[Any, Any]", said: Any, now: Any) -> bool:
    """Whether the column is empty because its user has been removed."""
    may_be_emptied = isinstance(field, models.ForeignKey) and field.related_model is User and field.null
    return may_be_emptied and now is None and not User.objects.filter(pk=said).exists()
