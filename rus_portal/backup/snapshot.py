"""One moment of the database: its name for `pg_dump`, the rows of each table, and the files that rows name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from rus_portal.named_files import NamedFile, list_named_files

TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


class Snapshot(NamedTuple):
    """A moment that `pg_dump` can dump for as long as it is held."""

    name: str
    rows: dict[str, int]
    files: list[NamedFile]


@contextmanager
def hold_snapshot() -> Iterator[Snapshot]:
    """Hold a moment of the database; it is in use meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield Snapshot(cursor.fetchone()[0], count_rows(connection), [*list_named_files()])


def count_rows(database: BaseDatabaseWrapper) -> dict[str, int]:
    """Return the number of rows of each table."""
    with database.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        return {table: _count(cursor, database.ops.quote_name(table)) for table in tables}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name that the database has quoted
    (count,) = cursor.fetchone()
    return int(count)
