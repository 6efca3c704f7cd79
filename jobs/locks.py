"""Advisory locks of the database: who does a job, without row locks that editors would wait for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum, unique
from typing import Any

from django.db import connection

SECONDS_BETWEEN_ATTEMPTS = 0.2


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
    MIGRATE = 0x6D696772
    LOAD_DEMO = 0x64656D6F


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


@contextmanager
def hold_advisory_lock(lock: Lock, database: Any, tell: Callable[[], object]) -> Iterator[None]:
    """Hold the lock during the block, on a connection of its own to the database of the one that is given.

    `tell` is called if another process holds it, before the wait. The lock is asked for again and again, since a
    statement that waits would hold up whoever builds an index concurrently. It is released when the process dies.
    """
    own = database.copy()
    try:
        if not _is_taken(own, lock):
            tell()
            while not _is_taken(own, lock):
                time.sleep(SECONDS_BETWEEN_ATTEMPTS)
        yield
    finally:
        own.close()


def _is_taken(own: Any, lock: Lock) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock.value])
        return bool(cursor.fetchone()[0])
