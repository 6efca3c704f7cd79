"""Counts that hold over several nodes: by statement in the database, so that none of those made at once is lost.

A cache would count in two steps, and the caches that Django ships share nothing between nodes but the database.
"""

import hashlib
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection

COUNT = """
WITH forgotten AS (
    DELETE FROM visitors_count WHERE key IN (
        SELECT key FROM visitors_count WHERE until < now() AND key <> %(key)s LIMIT 100 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO visitors_count (key, number, until) VALUES (%(key)s, %(more)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET number = visitors_count.number + excluded.number
RETURNING number
"""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def count_use(what: str, period: timedelta, *, network: str = "", more: int = 1) -> int:
    """Count something in the present period, by network if one is given. Return the new count."""
    key = f"{what}:{_find_turn(period)}"
    if network:
        key += ":" + hashlib.sha256(f"{settings.SECRET_KEY}{key}{network}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "more": more, "seconds": period.total_seconds()})
        return int(cursor.fetchone()[0])


def find_seconds_left(period: timedelta) -> int:
    """Return the seconds until the next period begins: at least one."""
    seconds = int(period.total_seconds())
    return seconds - int(time.time()) % seconds


def _find_turn(period: timedelta) -> int:
    return int(time.time() // period.total_seconds())
