"""New Year's night and the two nights when the clock is changed, in Stockholm time (TF 2:9, FL 22 §)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone

from registry.days import day_bounds
from registry.models import Case, Intake
from registry.services.registration import receive_message
from registry.verification import find_faults
from tests.factories import make_message

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
"""Midnight in Stockholm."""
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
"""02:00 becomes 03:00."""
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""03:00 becomes 02:00: the hour before happens twice."""


def registered_at(*moments: datetime) -> list[Case]:
    """Return the cases of messages registered at each of the times."""
    cases = []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            cases.append(receive_message(make_message()).record.case)
    return cases


def test_numbers_start_anew_at_midnight_in_stockholm() -> None:
    minute = timedelta(minutes=1)

    cases = registered_at(NEW_YEAR - minute, NEW_YEAR - timedelta(microseconds=1), NEW_YEAR, NEW_YEAR + 61 * minute)

    assert [case.registration_number for case in cases] == [
        "RUS 2026/0001", "RUS 2026/0002", "RUS 2027/0001", "RUS 2027/0002",
    ]  # fmt: skip
    assert list(find_faults()) == []


def test_answers_are_due_ten_business_days_after_either_side_of_new_year() -> None:
    """31 December, 1 January and Twelfth Night's day are days off."""
    before, after = registered_at(NEW_YEAR - timedelta(seconds=1), NEW_YEAR)

    assert (before.due_on, after.due_on) == (date(2027, 1, 18), date(2027, 1, 18))


def test_hour_that_is_lived_twice_keeps_the_order_of_arrival() -> None:
    quarters = [AUTUMN + timedelta(minutes=15 * number) for number in range(-5, 6)]

    cases = registered_at(*quarters)

    assert [f"{timezone.localtime(case.arrived_at):%H:%M}" for case in cases] == [
        "01:45", "02:00", "02:15", "02:30", "02:45", "02:00", "02:15", "02:30", "02:45", "03:00", "03:15",
    ]  # fmt: skip
    assert list(Intake.objects.order_by("received_at").values_list("record__case__number", flat=True)) == [
        case.number for case in cases
    ]
    assert [case.number for case in cases] == list(range(1, 12))
    assert list(find_faults()) == []


def test_hour_that_is_skipped_leaves_no_gap() -> None:
    cases = registered_at(SPRING - timedelta(seconds=1), SPRING, SPRING + timedelta(hours=1))

    assert [f"{timezone.localtime(case.arrived_at):%H:%M:%S}" for case in cases] == ["01:59:59", "03:00:00", "04:00:00"]
    assert [case.number for case in cases] == [1, 2, 3]
    assert list(find_faults()) == []


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        (date(2026, 3, 28), "2026-03-27T23:00", 24),
        (date(2026, 3, 29), "2026-03-28T23:00", 23),
        (date(2026, 3, 30), "2026-03-29T22:00", 24),
        (date(2026, 10, 24), "2026-10-23T22:00", 24),
        (date(2026, 10, 25), "2026-10-24T22:00", 25),
        (date(2026, 10, 26), "2026-10-25T23:00", 24),
        (date(2026, 12, 31), "2026-12-30T23:00", 24),
        (date(2027, 1, 1), "2026-12-31T23:00", 24),
    ],
)
def test_day_is_as_long_as_it_is_lived_in_stockholm(day: date, start: str, hours: int) -> None:
    first, after = day_bounds(day)

    assert first == datetime.fromisoformat(f"{start}+00:00")
    assert after.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=hours)


def test_days_follow_each_other_without_gap_or_overlap_for_a_year() -> None:
    days = [day_bounds(date(2026, 1, 1) + timedelta(days=number)) for number in range(366)]

    assert [before[1] for before, _ in pairwise(days)] == [after[0] for _, after in pairwise(days)]
