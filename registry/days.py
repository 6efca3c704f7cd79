"""A day as the registry counts it: from midnight to midnight in Stockholm, 23, 24 or 25 hours long."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def day_in_time(day: date) -> tuple[datetime, datetime]:
    """The moment when a day starts and the one when the next starts, in UTC: `start <= moment < end` is that day."""
    start, end = (datetime.combine(each, time.min, STOCKHOLM) for each in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
