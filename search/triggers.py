"""Triggers on every table behind the index, which note each change in the commit that makes it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from search.models import Kind
from search.sources import SOURCES, Source

WATCH = """
CREATE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE {of} ON {table}
    FOR EACH ROW EXECUTE FUNCTION search_note_change(%s, %s)
"""
NOTE_ALL = "INSERT INTO search_change (kind, object_id) SELECT %s, id FROM {table}"


class Trigger(NamedTuple):
    """A table, the kind of thing that its rows belong to, and the column with the thing's key."""

    table: str
    kind: Kind
    column: str
    columns: tuple[str, ...]
    is_its_own: bool

    @property
    def name(self) -> str:
        return f"search_note_{self.kind}"


def install_triggers(database: BaseDatabaseWrapper) -> None:
    """Create the missing triggers, as the owner of the tables, after migrating.

    Rows that a table already had count as changed, so that a new index fills itself.
    """
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'search\\_note\\_%%'", []
        )
        watched = set(cursor.fetchall())
        for watch in list_triggers():
            if (watch.table, watch.name) in watched:
                continue
            quote = database.ops.quote_name
            of = f"OF {', '.join(map(quote, watch.columns))}" if watch.columns else ""
            sql = WATCH.format(name=quote(watch.name), of=of, table=quote(watch.table))
            cursor.execute(sql, [watch.kind.value, watch.column])
            if watch.is_its_own:
                cursor.execute(NOTE_ALL.format(table=quote(watch.table)), [watch.kind.value])


def list_triggers() -> Iterator[Trigger]:
    """Yield a trigger for every table that a source names."""
    for source in SOURCES.values():
        yield from _watches(source)


def _watches(source: Source) -> Iterator[Trigger]:
    yield Trigger(source.model._meta.db_table, source.kind, "id", source.columns, is_its_own=True)
    for model, column in source.parts:
        yield Trigger(model._meta.db_table, source.kind, column, (), is_its_own=False)
