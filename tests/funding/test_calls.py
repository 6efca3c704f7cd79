"""Whether a call is open: days in Stockholm, whatever the server's clock says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from funding.models import Call, CallState, Guidance
from tests import factories

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")
OPEN, UPCOMING, CLOSED = CallState.OPEN, CallState.UPCOMING, CallState.CLOSED
A_SECOND = timedelta(seconds=1)


def state_now(call: Call) -> CallState:
    """Return the call's state, after checking that the querysets agree."""
    by_query = {
        OPEN: Call.objects.open(),
        UPCOMING: Call.objects.upcoming(),
        CLOSED: Call.objects.closed(),
    }
    found = [state for state, calls in by_query.items() if call in calls]
    assert found == [call.state()]
    return call.state()


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (date(2026, 11, 10), date(2026, 11, 24)),
        (date(2026, 3, 29), date(2026, 3, 29)),  # a day of 23 hours
        (date(2026, 10, 25), date(2026, 10, 25)),  # a day of 25 hours
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
    ids=["usual", "summer time begins", "summer time ends", "new year"],
)
def test_call_opens_and_closes_at_midnight_in_stockholm(opens: date, closes: date) -> None:
    call = factories.make_call(opens_on=opens, closes_on=closes)
    first = datetime.combine(opens, datetime.min.time(), STOCKHOLM).astimezone(UTC)
    after = datetime.combine(closes + timedelta(days=1), datetime.min.time(), STOCKHOLM).astimezone(UTC)

    states = {}
    for moment in (first - A_SECOND, first, after - A_SECOND, after):
        with time_machine.travel(moment, tick=False):
            states[moment] = state_now(call)

    assert states == {first - A_SECOND: UPCOMING, first: OPEN, after - A_SECOND: OPEN, after: CLOSED}


def test_call_without_a_last_day_stays_open() -> None:
    call = factories.make_call(opens_on=date(2026, 1, 1), closes_on=None)

    with time_machine.travel(datetime(2046, 1, 1, tzinfo=UTC), tick=False):
        assert (state_now(call), call.days_left()) == (OPEN, None)


@pytest.mark.parametrize(
    ("closes", "expected"),
    [(date(2026, 11, 23), None), (date(2026, 11, 24), 0), (date(2026, 11, 25), 1), (date(2026, 12, 24), 30)],
)
def test_days_left_are_counted_to_the_last_day(closes: date, expected: int | None) -> None:
    call = factories.make_call(opens_on=date(2026, 11, 1), closes_on=closes)

    assert call.days_left(date(2026, 11, 24)) == expected


def test_closing_soon_is_open_and_within_thirty_days() -> None:
    today = date(2026, 11, 24)
    days = [None, -1, 0, 30, 31]
    calls = {day: factories.make_call(closes_on=None if day is None else today + timedelta(days=day)) for day in days}
    factories.make_call(opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=2))

    assert set(Call.objects.closing_soon(today)) == {calls[0], calls[30]}


def test_those_that_close_first_come_first() -> None:
    late, never, soon = (factories.make_call(closes_on=day) for day in (date(2027, 2, 1), None, date(2027, 1, 1)))

    assert list(Call.objects.closing_first()) == [soon, late, never]


def test_call_cannot_close_before_it_opens() -> None:
    call = Call(programme=factories.make_programme(), title_sv="X", opens_on=date(2026, 2, 1))
    call.closes_on = date(2026, 1, 31)

    with pytest.raises(ValidationError, match="kan inte stänga innan den öppnar"):
        call.full_clean()


@pytest.mark.parametrize("both", [False, True], ids=["neither", "both"])
def test_guidance_is_for_a_goal_or_a_plan(*, both: bool) -> None:
    given = {"goal": factories.make_goal(), "plan": factories.make_plan()} if both else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        Guidance.objects.create(programme=factories.make_programme(), how_sv="Så.", **given)


def test_guidance_stands_once_for_each_plan() -> None:
    programme, plan = factories.make_programme(), factories.make_plan()
    factories.make_guidance(programme, plan=plan)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_guidance(programme, plan=plan)


@pytest.mark.parametrize("rate", [0, 101])
def test_highest_rate_is_a_percentage(rate: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_programme(highest_rate=rate)
