"""Waking the worker as soon as there is something to do (PostgreSQL's NOTIFY and LISTEN)."""

import select
import time
from collections.abc import Callable
from enum import StrEnum
from functools import partial

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
    PUBLISHING = "publishing"
    """Notified when a change is given the moment at which it is to be published."""


def notify_worker(channel: Channel = Channel.WORK) -> None:
    """Wake the worker's round that listens to the channel, once the caller's transaction has committed.

    Not within it: PostgreSQL lets transactions that notify commit one at a time.
    """
    # Robust, since what is committed stays so, and the poll makes up for it.
    connection.on_commit(partial(_notify, channel), robust=True)


def _notify(channel: Channel) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {channel}")


def wait_for_work(channel: Channel, count_seconds: Callable[[], float] | None = None) -> None:
    """Sleep until a notification on the channel or the next poll, or as long as `count_seconds` says, if that is less.

    That is asked once notifications are listened to, so that none is missed between the two.
    """
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    raw = connection.connection
    # Notifications during the round are already read from the socket, though the round may have missed their cause.
    seconds = min(count_seconds(), SECONDS_BETWEEN_ROUNDS) if count_seconds else SECONDS_BETWEEN_ROUNDS
    if raw.notifies or select.select([raw], [], [], seconds)[0]:
        time.sleep(min(seconds, SECONDS_TO_GATHER))
    with connection.wrap_database_errors:
        raw.poll()
    raw.notifies.clear()
