"""Waking the worker as soon as there is something to do (PostgreSQL's NOTIFY and LISTEN)."""

import select
import time
from enum import StrEnum

from django.db import connection

SECONDS_BETWEEN_ROUNDS = 2.0
"""The poll that backs up NOTIFY."""
SECONDS_TO_GATHER = 0.25
"""The pause after a notification, so that one round serves several that come at once."""


class Channel(StrEnum):
    """The channels that the worker listens to."""

    WORK = "work"
    SEARCH = "search"
    """Notified by the search's triggers."""


def notify_worker() -> None:
    """Wake the worker once the caller's transaction has committed.

    Not within it: PostgreSQL lets transactions that notify commit one at a time.
    """
    connection.on_commit(_notify, robust=True)  # what is committed stays so, and the poll makes up for it


def _notify() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {Channel.WORK}")


def wait_for_work(channel: Channel) -> None:
    """Sleep until a notification on the channel or the next poll."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    raw = connection.connection
    # Notifications during the round are already read from the socket, though the round may have missed their cause.
    if raw.notifies or select.select([raw], [], [], SECONDS_BETWEEN_ROUNDS)[0]:
        time.sleep(SECONDS_TO_GATHER)
    with connection.wrap_database_errors:
        raw.poll()
    raw.notifies.clear()
