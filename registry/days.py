"""Days in Stockholm time, 23, 24 or 25 hours long."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the start of a day and of the next, in UTC: `start <= moment < end` is within the day."""
    start, end = (datetime.combine(each, time.min, STOCKHOLM) for each in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
