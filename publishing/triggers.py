"""Triggers that note changes, declared by those who want to know of them. `migrate` adds them as the tables' owner."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper


class Trigger(NamedTuple):
    """Calls a function of the database after every change of a row."""

    table: str
    name: str
    function: str
    arguments: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """The only columns whose updates count; empty for all."""
    is_deferred: bool = False
    """Whether it waits until the transaction commits."""


def add_missing_triggers(database: BaseDatabaseWrapper, wanted: Iterable[Trigger]) -> list[Trigger]:
    """Add the triggers that their tables lack. Return those."""
    quote = database.ops.quote_name
    with database.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger")
        known = set(cursor.fetchall())
        missing = [trigger for trigger in wanted if (trigger.table, trigger.name) not in known]
        for table, name, function, arguments, columns, is_deferred in missing:
            of = f"OF {', '.join(map(quote, columns))}" if columns else ""
            cursor.execute(
                f"CREATE {'CONSTRAINT' if is_deferred else ''} TRIGGER {quote(name)}"
                f" AFTER INSERT OR DELETE OR UPDATE {of} ON {quote(table)}"
                f" {'DEFERRABLE INITIALLY DEFERRED' if is_deferred else ''}"
                f" FOR EACH ROW EXECUTE FUNCTION {quote(function)}({', '.join(['%s'] * len(arguments))})",
                arguments,
            )
    return missing
