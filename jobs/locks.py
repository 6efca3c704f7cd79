"""Advisory locks of the database: who does a job, without row locks that editors would wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from django.db import connection


@unique
class Lock(IntEnum):
    """All locks of the portal, in one place, since the database knows them by number alone."""

    CHAIN = 7_243_001
    """The end of the registry's chain of events."""
    SEARCH_INDEX = 7_302_114
    MERGERS = 0x6D657267
    """Two simultaneous mergers of activities could close a circle."""
    DIGESTS = 0x72656D69
    ACTIVITY_IMPORT = 0x696D706F
    VERSION_TEXT = 0x646F6301
    VERSION_SCAN = 0x646F6302
    BACKUP = 0x6261636B
    MAILBOX = 0x6D61696C
    RIGHTS = 0x72696768
    """Who tells the registrars of a right: once for each."""


def wait_for_advisory_lock(lock: Lock) -> None:
    """Wait for the lock, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock.value])


@contextmanager
def try_advisory_lock(lock: Lock, pk: int) -> Iterator[bool]:
    """Yield whether we hold the lock for a row. The database releases it when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock.value, pk])
        is_held = cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        if is_held and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock.value, pk])
