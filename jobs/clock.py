"""The database's clock, by which all nodes agree on when something happened, and how far this machine's is from it."""

import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone, translation
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

TOLERATED = timedelta(minutes=1)
SECONDS_BETWEEN_MEASUREMENTS = 60.0
logger = logging.getLogger(__name__)


class _DatabaseClock:
    """What a process knows of the database's clock, once it follows it."""

    is_followed = False
    difference = timedelta()
    measured_at = 0.0
    was_set_to = 0.0
    """This machine's clock at zero of the monotonic one, when it was measured. It changes when somebody sets it."""

    def needs_measuring(self) -> bool:
        """Whether the last measurement is old, or the clock has been set since."""
        is_old = time.monotonic() - self.measured_at > SECONDS_BETWEEN_MEASUREMENTS
        return is_old or abs(_find_setting() - self.was_set_to) > TOLERATED.total_seconds()

    def measure(self) -> None:
        """Measure the difference anew, and log it if it is no longer tolerated. Without the database it stays."""
        self.measured_at, self.was_set_to = time.monotonic(), _find_setting()
        try:
            found = measure_clock_difference()
        except (DatabaseError, InterfaceError):
            return
        with translation.override("en"):
            if (said := explain_clock_difference(found)) and not explain_clock_difference(self.difference):
                logger.warning("%s %s", said, advise_on_clock())
        self.difference = found if abs(found) > TOLERATED else timedelta()


def _find_setting() -> float:
    return time.time() - time.monotonic()


_clock = _DatabaseClock()


def follow_database_clock() -> None:
    """Take the time of arrivals from the database from now on, if this machine's clock is wrong, and say so."""
    _clock.is_followed = True
    _clock.measure()


def read_time() -> datetime:
    """Return the time on which all nodes agree, for what they register."""
    if _clock.is_followed and _clock.needs_measuring():
        _clock.measure()
    return timezone.now() - _clock.difference


def measure_clock_difference() -> timedelta:
    """Return how far this machine's clock is ahead of the database's; negative if it is behind."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at_database,) = cursor.fetchone()
    middle: datetime = before + (timezone.now() - before) / 2
    return middle - at_database


def explain_clock_difference(difference: timedelta) -> str:
    """Return what is wrong with this machine's clock; empty if it is tolerated."""
    if abs(difference) <= TOLERATED:
        return ""
    start, minutes = timezone.now(), round(abs(difference) / timedelta(minutes=1))
    words = (
        _("This machine's clock is %(time)s ahead of the database's.")
        if difference > timedelta()
        else _("This machine's clock is %(time)s behind the database's.")
    )
    return words % {"time": timesince(start, start + timedelta(minutes=minutes)).replace("\xa0", " ")}


def advise_on_clock() -> str:
    """Return what a wrong clock does, and what to do about it."""
    return _(
        "Messages are registered by the database's clock, but pages are published and logins end at the wrong time. "
        "Let a time server set the clocks of all machines."
    )
