"""The worker sleeps until it is woken, and misses nothing that came while it worked."""

import math
import time
from collections.abc import Iterator

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from jobs import wake_up
from jobs.wake_up import Channel, notify_worker, wait_for_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection that commits, and listens."""
    shared, own = connections[DEFAULT_DB_ALIAS], connection.copy()
    connections[DEFAULT_DB_ALIAS] = own
    monkeypatch.setattr(wake_up, "SECONDS_TO_GATHER", 0.0)
    measure_wait(monkeypatch, at_most=0.0)
    yield
    own.close()
    connections[DEFAULT_DB_ALIAS] = shared


def measure_wait(monkeypatch: pytest.MonkeyPatch, at_most: float, until_due: float = math.inf) -> float:
    """Wait for work, the next of which is known to be due in some seconds, and return how long it took."""
    monkeypatch.setattr(wake_up, "SECONDS_BETWEEN_ROUNDS", at_most)
    begun = time.monotonic()
    wait_for_work(Channel.WORK, lambda: until_due)
    return time.monotonic() - begun


@pytest.mark.usefixtures("worker")
def test_notification_that_came_during_the_round_ends_one_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    notify_worker()

    waits = measure_wait(monkeypatch, at_most=30.0), measure_wait(monkeypatch, at_most=0.2)

    assert waits[0] < 10
    assert waits[1] >= 0.19


@pytest.mark.usefixtures("worker")
def test_what_is_undone_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InterruptedError), transaction.atomic():
        notify_worker()
        raise InterruptedError

    assert measure_wait(monkeypatch, at_most=0.2) >= 0.19


@pytest.mark.usefixtures("worker")
def test_what_is_known_to_become_due_ends_the_wait_before_the_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [measure_wait(monkeypatch, at_most, until_due) for at_most, until_due in ((30.0, 0.2), (0.2, 30.0))]

    assert all(0.19 <= wait < 10 for wait in waits)


@pytest.mark.usefixtures("worker")
def test_a_round_is_woken_by_its_own_channel_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    notify_worker(Channel.PUBLISHING)

    assert measure_wait(monkeypatch, at_most=0.2) >= 0.19
