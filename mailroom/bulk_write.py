"""Writing rows of several tables in one round trip.

All registrations wait for one another, and `Model.save()` builds its SQL again for every row, with a round trip each:
with it some 70 messages a second were registered where this registers over 100.
"""

from functools import cache
from typing import Any

from django.db import connection, models


def assign_keys(*rows: models.Model) -> None:
    """Give new rows their keys in one round trip, so that they can name each other before they are inserted."""
    table_and_column = [name for row in rows for name in (row._meta.db_table, row._meta.pk.column)]
    with connection.cursor() as cursor:
        keys = ", ".join(["nextval(pg_get_serial_sequence(%s, %s))"] * len(rows))
        cursor.execute(f"SELECT {keys}", table_and_column)
        for row, key in zip(rows, cursor.fetchone(), strict=True):
            row.pk = key


def write_rows(*rows: models.Model) -> None:
    """Insert new rows that have their keys, and update those that were read, in order."""
    statements, parameters = [], []
    for row in rows:
        row._prepare_related_fields_for_save("write_rows")  # type: ignore[attr-defined]  # noqa: SLF001 - as `save` does
        is_new = row._state.adding  # noqa: SLF001
        sql, fields = _insert(type(row)) if is_new else _update(type(row))
        statements.append(sql)
        parameters += [field.get_db_prep_save(field.pre_save(row, add=is_new), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), parameters)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as `save` leaves it


@cache
def _insert(model: type[models.Model]) -> tuple[str, list["models.Field[Any, Any]"]]:
    """Return the INSERT for a model, and the fields of its parameters."""
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(_quote(field) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({values})", fields  # noqa: S608 - names of columns


@cache
def _update(model: type[models.Model]) -> tuple[str, list["models.Field[Any, Any]"]]:
    """Return the UPDATE for a model, and the fields of its parameters, the key last."""
    key = model._meta.pk
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f"{_quote(field)} = %s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    return f"UPDATE {table} SET {columns} WHERE {_quote(key)} = %s", [*fields, key]  # noqa: S608 - names of columns


def _quote(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))
