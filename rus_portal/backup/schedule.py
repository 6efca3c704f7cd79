"""When the next backup is due, for a process that makes one every day."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from rus_portal.models import BackupRun

DAY = timedelta(days=1)


def find_next_start(at: time, now: datetime) -> datetime:
    """Return the next time that it is so late; now, if there is no backup, or only one that is older than a day."""
    latest = BackupRun.objects.kept().find_latest()
    if not latest or latest.get_age(now) > DAY:
        return now
    today = timezone.localtime(now).replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today > now else today + DAY
