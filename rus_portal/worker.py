"""The worker's round: take what is due from the tables that own it, then wait to be woken."""

import logging
import select
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from actionplans.services import reminders
from indicators import fetching
from mailroom import inbox, outbox
from registry import heads
from registry.files import scanning
from registry.files import text as filetext
from registry.services import mail_in
from registry.services.removing import remove_disposed

SECONDS_BETWEEN_ROUNDS = 2.0
"""The poll that backs up NOTIFY."""
SECONDS_TO_GATHER = 0.25
"""After being woken: one round then serves all who come at once, instead of one round for each."""
ROUNDS: list[Callable[[], int]] = [
    outbox.send_due,
    inbox.read_due,
    mail_in.take_due,
    scanning.scan_due,
    filetext.extract_due,
    remove_disposed,
    heads.make_missing,
    fetching.fetch_due,
    reminders.remind_due,
]
logger = logging.getLogger(__name__)


def work_once() -> int:
    """Do everything that is due now. Returns how many things were done."""
    return sum(round_() for round_ in ROUNDS)


def work_forever() -> None:
    """Work until interrupted. A database that goes away is waited for, not died of."""
    while True:
        try:
            work_once()
            _wait()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The worker lost its database and tries again: %s", error)
            connection.close()
            select.select([], [], [], SECONDS_BETWEEN_ROUNDS)


def _wait() -> None:
    """Sleep until someone notifies, or the poll is due."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")
    raw = connection.connection
    if select.select([raw], [], [], SECONDS_BETWEEN_ROUNDS)[0]:
        time.sleep(SECONDS_TO_GATHER)
    raw.poll()
    raw.notifies.clear()
