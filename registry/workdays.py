"""Business days as a Swedish authority counts them: no weekends, public holidays (lag 1989:253) or eves off."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
CATEGORIES = ("public", "de_facto")
"""`de_facto`: the eves of Midsummer, Christmas and the New Year, on which authorities are closed."""


@cache
def _holidays(year: int) -> frozenset[date]:
    found = holidays.country_holidays("SE", years=year, include_sundays=False, categories=CATEGORIES)
    return frozenset(found.keys())


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def workdays_after(day: date, count: int) -> date:
    """The day when so many business days have passed after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
