"""Business days of a Swedish authority: no weekends, public holidays (lag 1989:253) or de facto holidays."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
CATEGORIES = ("public", "de_facto")
"""`de_facto`: the eves of Midsummer, Christmas and New Year."""


@cache
def _holidays(year: int) -> frozenset[date]:
    found = holidays.country_holidays("SE", years=year, include_sundays=False, categories=CATEGORIES)
    return frozenset(found.keys())


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def add_workdays(day: date, count: int) -> date:
    """Return the day that is a number of business days after another."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
