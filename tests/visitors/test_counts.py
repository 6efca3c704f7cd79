"""Counts by network and period."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from tests import databases
from visitors.counts import COUNT, HOUR, MINUTE, count_use, find_seconds_left
from visitors.models import Count


@pytest.mark.django_db
def test_each_network_is_counted_by_itself() -> None:
    counted = [count_use("a", HOUR, network=network) for network in ("1.1.1.1", "1.1.1.1", "2.2.2.2", "1.1.1.1")]

    assert counted == [1, 2, 1, 3]
    assert count_use("b", HOUR, network="1.1.1.1", more=10) == 10
    assert count_use("b", HOUR, network="1.1.1.1", more=5) == 15


@pytest.mark.django_db
def test_a_count_ends_with_its_period_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1_800_000_000.0
    monkeypatch.setattr("visitors.counts.time.time", lambda: moment)
    assert [count_use("a", MINUTE), find_seconds_left(MINUTE)] == [1, 60]
    moment += 59
    assert [count_use("a", MINUTE), find_seconds_left(MINUTE)] == [2, 1]
    Count.objects.update(until=timezone.now() - MINUTE)
    moment += 1

    assert count_use("a", MINUTE) == 1
    assert Count.objects.count() == 1


@pytest.mark.django_db
def test_no_address_is_stored() -> None:
    count_use("a", HOUR, network="203.0.113.7")

    assert "203.0.113.7" not in Count.objects.get().key


@pytest.mark.django_db
def test_nobody_waits_for_the_disk_to_keep_a_count() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'visitors_count'")

        assert cursor.fetchone() == ("u",)


def test_counts_made_at_once_are_all_counted(empty_registry_database: str) -> None:
    def count() -> None:
        connected = databases.connect(empty_registry_database)
        with connected.cursor() as cursor:
            for _ in range(50):
                cursor.execute(COUNT, {"key": "a", "more": 1, "seconds": 60})
        connected.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert databases.query(empty_registry_database, "SELECT number FROM visitors_count") == [(200,)]
