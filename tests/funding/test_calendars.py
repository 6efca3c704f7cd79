"""Calendars of calls, parsed by a library for RFC 5545."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from funding.models import Call
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
FEED = "/finansiering/utlysningar.ics"


@pytest.fixture
def today():
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        yield date(2026, 11, 24)


def read(client: Client, path: str) -> Calendar:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert b"\n" not in response.content.replace(b"\r\n", b"")  # 3.1: lines end in CRLF
    assert max(len(line) for line in response.content.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(response.content)
    assert calendar.errors == []
    assert (str(calendar["version"]), bool(calendar["prodid"])) == ("2.0", True)
    return calendar


def test_feed_holds_open_and_upcoming_calls_and_no_closed(client: Client, today: date) -> None:
    day = timedelta(days=1)
    factories.make_call(title="Öppen; med, tecken\\", opens_on=today, closes_on=today)
    factories.make_call(title="Kommande", opens_on=today + day, closes_on=today + 9 * day)
    factories.make_call(title="Stängd", opens_on=today - 9 * day, closes_on=today - day)

    events = read(client, FEED).events

    assert [(str(event["summary"]), event.start, event.end) for event in events] == [
        ("Sista ansökningsdag: Öppen; med, tecken\\", today, today + day),
        ("Öppnar: Kommande", today + day, today + 2 * day),
        ("Sista ansökningsdag: Kommande", today + 9 * day, today + 10 * day),
    ]


def test_event_says_all_that_a_calendar_needs(client: Client, today: date) -> None:
    call = factories.make_call(opens_on=today, closes_on=today + timedelta(days=20))

    [event] = read(client, FEED).events

    address = f"http://localhost:8000{call.get_absolute_url()}"
    assert str(event["uid"]) == f"{call.uid}-closes"
    assert event["dtstamp"].dt == call.updated_at.replace(microsecond=0)
    assert str(event["url"]) == address
    assert str(event["description"]) == f"{call.programme.name}\n\nSök nu.\n\n{address}"
    assert str(event["transp"]) == "TRANSPARENT"


def test_moved_day_moves_the_same_event(client: Client, today: date) -> None:
    call = factories.make_call(opens_on=today, closes_on=today + timedelta(days=20))
    [before] = read(client, FEED).events

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        call.closes_on += timedelta(days=7)
        call.save()
        [after] = read(client, FEED).events

    assert (after["uid"], after.start - before.start) == (before["uid"], timedelta(days=7))
    assert after["dtstamp"].dt > before["dtstamp"].dt


def test_feed_without_calls_is_still_a_calendar(client: Client) -> None:
    calendar = read(client, FEED)

    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_english_feed_speaks_english(client: Client, today: date) -> None:
    factories.make_call(title_en="More businesses", opens_on=today, closes_on=today)

    calendar = read(client, "/en/funding/calls.ics")

    assert str(calendar["name"]) == "Calls for funding"
    assert [str(event["summary"]) for event in calendar.events] == ["Application deadline: More businesses"]


def test_one_call_is_a_calendar_of_its_own(client: Client, today: date) -> None:
    always_open = factories.make_call(opens_on=today, closes_on=None, title="Hela året")
    factories.make_call(always_open.programme)

    calendar = read(client, always_open.get_calendar_url())

    assert [(str(event["summary"]), event.start) for event in calendar.events] == [("Öppnar: Hela året", today)]


def test_call_of_another_programme_is_not_found(client: Client) -> None:
    call, other = factories.make_call(), factories.make_programme(slug="annat")

    assert client.get(f"/finansiering/{other.slug}/{call.pk}.ics").status_code == 404


def test_calendar_leads_on_from_a_former_address(client: Client) -> None:
    call = factories.make_call()
    former = call.get_calendar_url()
    call.programme.slug = "nytt-namn"
    call.programme.save()

    response = client.get(former)

    assert (response.status_code, response["Location"]) == (301, Call.objects.get().get_calendar_url())
