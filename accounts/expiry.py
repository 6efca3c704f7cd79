"""What has had its time is removed, once an hour: old entries of the log, locks, browsers, sessions."""

import time
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.models import AccountEvent, Device, LoginLock
from accounts.models.device import FORGOTTEN_AFTER
from jobs import clock

EVERY = 60 * 60
LOCK_FORGOTTEN_AFTER = timedelta(days=2)
LOG_KEPT_AT_LEAST = 90
_last_time = 0.0


def remove_due_expired() -> int:
    """Remove what has expired, unless this process did so within the hour. Return how many rows there were."""
    global _last_time  # noqa: PLW0603
    if _last_time and time.monotonic() - _last_time < EVERY:
        return 0
    _last_time = time.monotonic()
    return remove_expired()


def remove_expired() -> int:
    """Remove what has expired. Return how many rows there were."""
    now = clock.read_time()
    log_days = timedelta(days=max(settings.ACCOUNT_LOG_DAYS, LOG_KEPT_AT_LEAST))
    Session.objects.filter(expire_date__lt=now).delete()
    expired = [
        AccountEvent.objects.filter(at__lt=now - log_days),
        LoginLock.objects.filter(failed_at__lt=now - LOCK_FORGOTTEN_AFTER),
        Device.objects.filter(last_seen__lt=now - FORGOTTEN_AFTER),
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")),
    ]
    return sum(rows.delete()[0] for rows in expired)
