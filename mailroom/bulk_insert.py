"""Inserts of new rows into several tables in one round trip.

`Model.save()` builds its SQL again for every row, with a round trip for each. That took most of the time of an intake.
"""

from functools import cache
from typing import Any

from django.db import connection, models


def insert_rows(*rows: models.Model) -> None:
    """Insert new rows in order. Rows without a key get one, but only the last row learns it."""
    statements, parameters = [], []
    for row in rows:
        sql, fields = _statement(type(row), has_key=row.pk is not None)
        statements.append(sql)
        parameters += [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements), parameters)
        (key,) = cursor.fetchone()
    rows[-1].pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as `save` leaves it


@cache
def _statement(model: type[models.Model], *, has_key: bool) -> tuple[str, list["models.Field[Any, Any]"]]:
    """Return the INSERT for a model, and the fields of its parameters."""
    options = model._meta
    fields = [field for field in options.concrete_fields if has_key or not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    into, key = quote(options.db_table), quote(str(options.pk.column))
    return f"INSERT INTO {into} ({columns}) VALUES ({values}) RETURNING {key}", fields  # noqa: S608 - names of columns
