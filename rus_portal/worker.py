"""The worker's round: take what is due from the tables that own it, then wait to be woken."""

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import NoReturn

from django.db import DatabaseError, InterfaceError, connection

from actionplans.services import reminders
from actionplans.spreadsheet import jobs as spreadsheets
from documents import scanning as documentscanning
from documents.reading import jobs as documentreading
from indicators import fetching
from mailroom import inbox, outbox
from registry import day_heads
from registry.files import scanning
from registry.files import text as filetext
from registry.services import held_answers, mail_intake
from registry.services.file_removal import remove_disposed_files
from rus_portal import uploads
from search import indexing, vocabulary

SECONDS_BETWEEN_ROUNDS = 2.0
"""The poll that backs up NOTIFY."""
SECONDS_TO_GATHER = 0.25
"""After being woken: one round then serves all who come at once, instead of one round for each."""
QUICK: list[Callable[[], int]] = [
    outbox.send_due_mail,
    inbox.read_due_mailbox,
    mail_intake.take_due_mail,
    held_answers.release_checked_answers,
    remove_disposed_files,
    day_heads.make_missing_heads,
    reminders.send_due_digests,
]
"""What people wait for: mail in and out."""
SLOW: list[Callable[[], int]] = [
    scanning.scan_due_files,
    filetext.extract_due_texts,
    documentscanning.scan_due,
    documentreading.read_due,
    spreadsheets.run_due_imports,
    spreadsheets.remove_old_imports,
    uploads.remove_leftovers,
    fetching.fetch_due,
    vocabulary.remove_unused_daily,
]
"""What waits for other programs and servers, or takes its time. It goes on beside, so that it holds up no mail."""
SEARCH: list[Callable[[], int]] = [indexing.index_due]
"""The search index. What is published is to be found at once, also while a long file is read or scanned."""
SEARCH_CHANNEL = "search"
"""What the triggers notify that note a change for it."""
NICENESS = 10
"""Whoever sends a message waits for its receipt; mail about it can go when the processor has time for it."""
logger = logging.getLogger(__name__)


def work_once() -> int:
    """Do everything that is due now. Returns how many things were done."""
    return sum(round_() for round_ in (*QUICK, *SLOW, *SEARCH))


def work_forever() -> NoReturn:
    """Work until interrupted, the quick, the slow and the index side by side. Raises what one could not go on after."""
    os.nice(NICENESS)
    ends: SimpleQueue[Exception] = SimpleQueue()
    for rounds, channel in ((QUICK, outbox.CHANNEL), (SLOW, outbox.CHANNEL), (SEARCH, SEARCH_CHANNEL)):
        threading.Thread(target=_work, args=(rounds, channel, ends), daemon=True).start()
    raise ends.get()


def _work(rounds: list[Callable[[], int]], channel: str, ends: "SimpleQueue[Exception]") -> None:
    """Go the rounds. A database that goes away is waited for, not died of."""
    while True:
        try:
            for round_ in rounds:
                round_()
            _wait(channel)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The worker lost its database and tries again: %s", error)
            connection.close()
            time.sleep(SECONDS_BETWEEN_ROUNDS)
        except Exception as error:  # noqa: BLE001 - it is raised again where the process waits
            ends.put(error)
            return


def _wait(channel: str) -> None:
    """Sleep until someone notifies on the channel, or the poll is due."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    raw = connection.connection
    # What came while the round went on has been read from the socket already, and may not have been seen by the round.
    if raw.notifies or select.select([raw], [], [], SECONDS_BETWEEN_ROUNDS)[0]:
        time.sleep(SECONDS_TO_GATHER)
    raw.poll()
    raw.notifies.clear()
