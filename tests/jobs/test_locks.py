"""Advisory locks, seen by another process."""

import time
from collections.abc import Iterator
from threading import Timer
from typing import Any

import pytest
from django.db import connection, transaction

from jobs.locks import Lock, hold_advisory_lock, try_advisory_lock, wait_for_advisory_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def beside() -> Iterator[Any]:
    """A cursor on a connection of its own, as another process has."""
    other: Any = connection.copy()
    with other.cursor() as cursor:
        yield cursor
    other.close()


def is_free(beside: Any, *key: int) -> bool:
    """Whether the other process could take the lock; it leaves it at once."""
    marks = ", ".join(["%s"] * len(key))
    beside.execute(f"SELECT pg_try_advisory_lock({marks})", [int(part) for part in key])
    is_taken = bool(beside.fetchone()[0])
    if is_taken:
        beside.execute(f"SELECT pg_advisory_unlock({marks})", [int(part) for part in key])
    return is_taken


def test_lock_that_was_waited_for_is_held_until_its_transaction_is_undone(beside: Any) -> None:
    with transaction.atomic():
        wait_for_advisory_lock(Lock.DIGESTS)
        assert (is_free(beside, Lock.DIGESTS), is_free(beside, Lock.MERGERS)) == (False, True)
        transaction.set_rollback(True)

    assert is_free(beside, Lock.DIGESTS)


def test_lock_of_a_row_is_left_after_an_error_too(beside: Any) -> None:
    with pytest.raises(RuntimeError), try_advisory_lock(Lock.VERSION_TEXT, 1) as is_held:
        assert is_held
        assert (is_free(beside, Lock.VERSION_TEXT, 1), is_free(beside, Lock.VERSION_TEXT, 2)) == (False, True)
        assert is_free(beside, Lock.VERSION_SCAN, 1)
        raise RuntimeError

    assert is_free(beside, Lock.VERSION_TEXT, 1)


def test_lock_of_a_row_that_another_process_holds_is_not_taken_from_it(beside: Any) -> None:
    beside.execute("SELECT pg_advisory_lock(%s, %s)", [Lock.VERSION_TEXT.value, 1])

    with try_advisory_lock(Lock.VERSION_TEXT, 1) as is_held:
        assert not is_held

    with connection.cursor() as cursor:
        assert not is_free(cursor, Lock.VERSION_TEXT, 1)


def test_lock_outside_transactions_is_held_until_the_block_ends(beside: Any) -> None:
    told: list[str] = []

    with pytest.raises(ZeroDivisionError), hold_advisory_lock(Lock.MIGRATE, connection, lambda: told.append("waits")):
        with transaction.atomic():
            transaction.set_rollback(True)
        assert (is_free(beside, Lock.MIGRATE), is_free(beside, Lock.LOAD_DEMO)) == (False, True)
        _ = 1 / 0

    deadline = time.monotonic() + 5
    while not is_free(beside, Lock.MIGRATE):  # the server learns a moment later that the connection was closed
        assert time.monotonic() < deadline
    assert told == []


def test_lock_of_another_process_is_told_and_waited_for(beside: Any) -> None:
    told: list[str] = []
    beside.execute("SELECT pg_advisory_lock(%s)", [Lock.MIGRATE.value])

    def tell() -> None:
        told.append("waits")
        Timer(0.1, beside.execute, ("SELECT pg_advisory_unlock(%s)", [Lock.MIGRATE.value])).start()

    with hold_advisory_lock(Lock.MIGRATE, connection, tell):
        assert not is_free(beside, Lock.MIGRATE)
    assert told == ["waits"]
