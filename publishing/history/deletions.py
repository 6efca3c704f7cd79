"""The bin: what is deleted is kept whole for a time, and can be brought back.

Rows are kept as the database has them, without a way through forms or models: nothing is lost, not even what no form
shows, and what comes back has its number, so its history, drafts and addresses are its own again.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, router, transaction
from django.db.models import Model
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.authors import describe_author
from publishing.models import Deletion

KEPT = timedelta(days=90)


class NotBroughtBackError(Exception):
    """The thing cannot be brought back. `args` says why, in whole sentences."""


def keep_deleted(things: Iterable[Model], author: User) -> None:
    """Keep things that are about to be deleted, with all that will be deleted with them. Call it in a transaction."""
    for thing in things:
        _keep(thing, author)


def bring_back(deletion: Deletion) -> Model:
    """Store a deleted thing again, with all its rows, and what pointed at it. Return it.

    Raises `NotBroughtBackError` if what it was a part of is gone, or something else has taken its place.
    """
    try:
        with transaction.atomic():
            for table, first in deletion.rows.order_by("table", "pk").distinct("table").values_list("table", "row"):
                _insert(deletion, table, first)
            for table, column, pk_column, pk, value in deletion.pointers:
                _point(table, column, pk_column, pk, value)
            connection.check_constraints()
            deletion.delete()
    except IntegrityError as error:
        raise NotBroughtBackError(_explain(error)) from error
    kind = deletion.content_type.model_class()
    return kind._base_manager.get(pk=deletion.object_id)  # type: ignore[union-attr]  # noqa: SLF001


def remove_old_deletions() -> int:
    """Remove for good what was deleted long ago. Return how much."""
    return Deletion.objects.filter(deleted_at__lt=timezone.now() - KEPT).delete()[0]


def _keep(thing: Model, author: User) -> None:
    collector = Collector(using=router.db_for_write(type(thing)))
    collector.collect([thing])
    deletion = Deletion.objects.create(
        content_type=ContentType.objects.get_for_model(thing),
        object_id=thing.pk,
        title=str(thing)[:200],
        author=author,
        author_name=describe_author(author),
        pointers=list(_list_pointers(collector)),
    )
    for model, pks in _list_collected(collector):
        _copy(deletion, model, pks)


def _list_collected(collector: Collector) -> Iterator[tuple[type[Model], list[Any]]]:
    """Yield what will be deleted: models, and the primary keys of their rows."""
    for model, things in collector.data.items():
        yield model, [thing.pk for thing in things]
    for rows in collector.fast_deletes:
        yield rows.model, list(rows.values_list("pk", flat=True))


def _list_pointers(collector: Collector) -> Iterator[tuple[str, str, str, Any, Any]]:
    """Yield the rows that will lose what they point at: table, column, column of the key, key, and value."""
    updates: Any = collector.field_updates
    for (field, _value), groups in updates.items():
        meta = field.model._meta
        for thing in chain.from_iterable(groups):
            yield meta.db_table, field.column, meta.pk.column, thing.pk, getattr(thing, field.attname)


def _copy(deletion: Deletion, model: type[Model], pks: list[Any]) -> None:
    """Copy rows within the database, where no value is rounded or translated on the way."""
    meta: Any = model._meta
    table, key = map(connection.ops.quote_name, (meta.db_table, meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO publishing_deletedrow (deletion_id, "table", "row")'  # noqa: S608 - our own names
            f" SELECT %s, %s, to_jsonb(kept) FROM {table} AS kept WHERE {key} = ANY(%s)",
            [deletion.pk, meta.db_table, pks],
        )


def _insert(deletion: Deletion, name: str, row: Iterable[str]) -> None:
    """Store the rows of a table again, all like one `row`. Columns added since get the database's default."""
    present = _list_columns(name)
    table, *columns = map(connection.ops.quote_name, (name, *(column for column in row if column in present)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - our own names
            f" SELECT {', '.join(f'kept.{column}' for column in columns)} FROM publishing_deletedrow AS deleted,"
            f" jsonb_populate_record(NULL::{table}, deleted.row) AS kept"
            ' WHERE deleted.deletion_id = %s AND deleted."table" = %s',
            [deletion.pk, name],
        )


def _list_columns(table: str) -> set[str | None]:
    models = (model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    return {field.column for model in models for field in model._meta.local_concrete_fields}


def _point(table: str, column: str, pk_column: str, pk: Any, value: Any) -> None:
    """Let a row point again at what it pointed at, unless it points at something else by now."""
    table, column, pk_column = map(connection.ops.quote_name, (table, column, pk_column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {pk_column} = %s AND {column} IS NULL",  # noqa: S608 - our own names
            [value, pk],
        )


def _explain(error: IntegrityError) -> str:
    if "foreign key" in str(error):
        return _("Something that it belonged to has been removed since. Bring that back first.")
    return _("Something else has its address or place by now. Change that first.")
