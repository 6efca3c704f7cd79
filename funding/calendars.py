"""Calls as calendars (RFC 5545): the last day of each, and the first day of upcoming ones, as whole-day events.

Whole days need no time zone. Each event keeps its UID, so that a calendar that reads the feed again moves the event
instead of adding another (3.8.4.7).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Event, Timezone

from funding.models import Call, CallState
from language.characters import make_writable

CONTENT_TYPE = "text/calendar; charset=utf-8"
READ_AGAIN = timedelta(hours=12)


def build_calendar(calls: Iterable[Call], name: str) -> bytes:
    """Return calls, fetched with their programmes, as a calendar to subscribe to."""
    calendar = Calendar()
    language = (get_language() or "sv").upper()
    calendar.add("prodid", f"-//{settings.REGION_NAME}//{settings.REGION_SITE_NAME}//{language}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = make_writable(name).replace("\n", " ")  # `x-wr-calname` is in no RFC, and is not escaped
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    events: list[Component] = [event for call in calls for event in _events(call)]
    # A calendar holds at least one component (3.6): a time zone, if there is no call.
    for component in events or [Timezone.from_tzid(settings.TIME_ZONE, first_date=date(2026, 1, 1))]:
        calendar.add_component(component)
    return calendar.to_ical()


def _events(call: Call) -> Iterator[Event]:
    if call.state() == CallState.UPCOMING or not call.closes_on:
        yield _event(call, "opens", call.opens_on, _("Opens: %(call)s") % {"call": call.title})
    if call.closes_on:
        yield _event(call, "closes", call.closes_on, _("Application deadline: %(call)s") % {"call": call.title})


def _event(call: Call, what: str, day: date, summary: str) -> Event:
    address = f"{settings.BASE_URL}{call.get_absolute_url()}"
    event = Event()
    event.add("uid", f"{call.uid}-{what}")
    event.add("dtstamp", call.updated_at.astimezone(UTC))
    event.add("last-modified", call.updated_at.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))  # the day after: the end is not part of the event (3.8.2.2)
    event.add("summary", make_writable(summary))
    event.add("description", make_writable("\n\n".join(filter(None, [call.programme.name, call.summary, address]))))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # it does not make anyone busy
    return event
