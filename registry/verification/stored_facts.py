"""What the verification reads of the database: what the events changed, and the rows as they are.

None of the database's own functions for the ledger is used here, since the owner of the tables owns those too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from registry.ledger import list_stated_fields

SQL_OF_ACTS = """
    SELECT e.sequence, e.changes, c.digest
    FROM registry_event e LEFT JOIN registry_change c ON c.act = e.act
    WHERE e.act IS NOT NULL ORDER BY e.act, c.id
"""
SQL_OF_CHANGES = """
    SELECT c.key, c.act, c.id, c.facts::text, c.salt, c.digest, e.kind
    FROM registry_change c JOIN registry_event e ON e.act = c.act
    WHERE c."table" = %s ORDER BY c.key, c.id
"""
"""Only changes that an event covers count."""
ONLY_OURS = {
    "mailroom_outgoingmail": "WHERE id IN (SELECT mail_id FROM registry_dispatch)",
    "mailroom_mailattachment": "WHERE mail_id IN (SELECT mail_id FROM registry_dispatch)",
}
"""The mailroom also sends mail that belongs to no case."""
CHECKSUM_OF_BODY = "encode(sha256(convert_to(body, 'UTF8')), 'hex') AS body"


class ChangeRow(NamedTuple):
    """A row of the table of changes, with the kind of the event that covers it."""

    key: int
    act: int
    id: int
    facts: str | None
    salt: memoryview | None
    digest: memoryview
    kind: str


@contextmanager
def begin_repeatable_read() -> Iterator[None]:
    """Read everything as it is at one moment, unless the caller is in a transaction."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def read_acts() -> Iterator[tuple[int, str, memoryview | None]]:
    """Yield each event's number and digest with the digest of each of its changes."""
    return _read(SQL_OF_ACTS)


def read_changes(model: type[models.Model]) -> Iterator[ChangeRow]:
    """Yield the changes of a table, ordered by key."""
    return (ChangeRow(*row) for row in _read(SQL_OF_CHANGES, [model._meta.db_table]))


def read_rows(model: type[models.Model]) -> Iterator[tuple[int, str]]:
    """Yield each row's key and facts as the triggers log them, with long texts as checksums, ordered by key."""
    quote, table = connection.ops.quote_name, model._meta.db_table
    names = [str(field.column) for field in list_stated_fields(model)]
    columns = ", ".join(CHECKSUM_OF_BODY if name == "body" else quote(name) for name in names)
    rows = f"SELECT {columns} FROM {quote(table)} {ONLY_OURS.get(table, '')}"  # noqa: S608 - names of ours
    return _read(f"SELECT id, to_jsonb(row)::text FROM ({rows}) row ORDER BY id")  # noqa: S608


def _read(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        yield from cursor
