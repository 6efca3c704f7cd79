"""Whether the tables are those of this version of the code."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def find_missing_migrations() -> list[tuple[str, str]]:
    """Return the migrations of this version that the database has not had, as app and name, in their order of names."""
    return sorted(_list_migrations() - set(MigrationRecorder(connection).applied_migrations()))


@cache
def _list_migrations() -> set[tuple[str, str]]:
    """Return the migrations of this version, read once: code does not change while it runs."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
