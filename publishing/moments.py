"""Moments in Stockholm's time, in words and in forms, also in the nights when the clock changes."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def describe_day(moment: datetime, *, with_year: bool = False) -> str:
    """Return the day of a moment in words, with the year if it is another or `with_year`."""
    local = timezone.localtime(moment)
    is_other_year = local.year != timezone.localdate().year
    day = date_format(local, "j F Y" if with_year or is_other_year else "j F")
    return pgettext("a day in a sentence", "%(day)s") % {"day": day}


def describe_moment(moment: datetime, *, with_year: bool = False) -> str:
    """Return a moment in words, as “24 December at 08:00”; if the clock shows it twice, also which one."""
    local = timezone.localtime(moment)
    facts = {"day": describe_day(moment, with_year=with_year), "time": date_format(local, _("H:i"))}
    words = _("%(day)s at %(time)s") % facts
    if not _comes_twice(local):
        return words
    clock = _("summer time") if local.dst() else _("standard time")
    return f"{words} ({clock})"


def describe_clock(moment: datetime) -> str:
    """Return the time of day if the moment is today, otherwise the whole moment in words."""
    local = timezone.localtime(moment)
    return date_format(local, _("H:i")) if local.date() == timezone.localdate() else describe_moment(moment)


def is_midnight(moment: datetime) -> bool:
    """Whether it is midnight in Stockholm."""
    local = timezone.localtime(moment)
    return (local.hour, local.minute) == (0, 0)


def _comes_twice(local: datetime) -> bool:
    """Whether the clock shows this time twice, because it is put back."""
    return local.replace(fold=0).utcoffset() > local.replace(fold=1).utcoffset()  # type: ignore[operator]


EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
"""What is further away is a slip, and near the ends of the calendar it could not be read again (PostgreSQL's BC)."""


class MomentField(forms.DateTimeField):
    """A moment in Stockholm's time. A time that the clock skips, or shows twice, is refused, and a year far away.

    The `stored` moment is kept to the second if the field was not edited, even if the clock shows it twice.
    """

    stored: datetime | None = None

    def to_python(self, value: Any) -> datetime | None:
        if self.stored is not None and isinstance(value, str) and value.strip() == self._as_shown(self.stored):
            return self.stored
        try:
            moment = super().to_python(value)
        except ValidationError:
            if (naive := self._read(value)) is not None and not _is_of_the_clock(naive):
                raise ValidationError(_why_not(naive), code="clock") from None
            raise
        if moment and not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            words = _("Enter a year between %(earliest)s and %(latest)s.")
            raise ValidationError(words % {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR}, code="far")
        return timezone.localtime(moment) if moment else None  # not with any offset that somebody has typed

    def _as_shown(self, moment: datetime) -> str:
        local = timezone.localtime(moment).replace(tzinfo=None)
        return str(self.widget.format_value(local))

    def _read(self, value: Any) -> datetime | None:
        """Return the time as typed, whether the clock shows it or not."""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        try:
            read = datetime.fromisoformat(str(value).strip())
        except ValueError:
            return None
        return None if read.tzinfo else read


def _is_of_the_clock(naive: datetime) -> bool:
    try:
        from_current_timezone(naive)
    except ValidationError:
        return False
    return True


def _why_not(naive: datetime) -> str:
    """Return why the clock does not show a time once, and the times to choose instead."""
    zone = timezone.get_current_timezone()
    earlier, later = (naive.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert earlier is not None  # noqa: S101 - a zone of its own has an offset
    assert later is not None  # noqa: S101
    gap = abs(earlier - later)
    hour = naive.replace(minute=0, second=0, microsecond=0)
    until = hour + max(gap, timedelta(hours=1))
    facts = {
        "day": date_format(naive, "j F Y"),
        "time": date_format(naive, _("H:i")),
        "before": date_format(hour, _("H:i")),
        "after": date_format(until, _("H:i")),
    }
    if later > earlier:
        words = _(
            "There is no %(time)s on %(day)s: the clocks go forward that night. Choose a time before %(before)s, "
            "or from %(after)s."
        )
    else:
        words = _(
            "There are two %(time)s on %(day)s: the clocks go back that night. Choose a time before %(before)s, or "
            "from %(after)s."
        )
    return words % facts
