"""Rate limits by the hour."""

import pytest
from django.db import connection, transaction

from registry.public import rate

pytestmark = pytest.mark.django_db


def test_each_key_is_counted_by_itself() -> None:
    assert [rate.count_use("a:12"), rate.count_use("a:12"), rate.count_use("b:12"), rate.count_use("a:12")] == [
        1,
        2,
        1,
        3,
    ]


def test_what_has_passed_is_forgotten() -> None:
    rate.count_use("a:12")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 minute'")

    rate.count_use("a:13")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert cursor.fetchall() == [("a:13",)]


def test_counting_never_takes_part_in_another_transaction() -> None:
    """Counts do not wait for the disk; registrations must."""
    with transaction.atomic(), pytest.raises(RuntimeError):
        rate.count_use("a:12")
