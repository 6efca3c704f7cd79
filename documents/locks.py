"""Advisory locks: one worker at a time for a version, without a row lock that editors would wait for."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """What is done with a version: the first half of the lock's key."""

    READING = 0x646F6301
    SCANNING = 0x646F6302


@contextmanager
def try_advisory_lock(work: Work, pk: int) -> Iterator[bool]:
    """Yield whether we hold the lock. The database releases it when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work.value, pk])
        is_held = cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        if is_held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work.value, pk])
