"""New rows of several tables, written in one round trip.

`Model.save()` builds its SQL anew for every row and asks the database once for each. Where something is written for
every message that comes in, that took most of the time.
"""

from functools import cache
from typing import Any

from django.db import connection, models


def insert_rows(*rows: models.Model) -> None:
    """Insert rows that are new, in that order. What has no key gets one; only the last row is told which."""
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
    """The INSERT of a whole row, and the fields that it is given."""
    options = model._meta
    fields = [field for field in options.concrete_fields if has_key or not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = ", ".join(["%s"] * len(fields))
    into, key = quote(options.db_table), quote(str(options.pk.column))
    return f"INSERT INTO {into} ({columns}) VALUES ({values}) RETURNING {key}", fields  # noqa: S608 - names of columns
