"""One worker at a time for one version, without a lock on its row: work may take a minute, and editors do not wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """What is done with a version; the first half of the advisory lock."""

    READING = 0x646F6301
    SCANNING = 0x646F6302


@contextmanager
def try_advisory_lock(work: Work, pk: int) -> Iterator[bool]:
    """Whether the version is ours for this work. The database lets go by itself when the process is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work.value, pk])
        is_ours = cursor.fetchone()[0]
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work.value, pk])
