"""The worker's round: take what is due from the tables that own it, then wait to be woken."""

import logging
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import NoReturn

from django.db import DatabaseError, InterfaceError, connection

from accounts import expiry, rights
from actionplans.services import reminders
from actionplans.spreadsheet import jobs as spreadsheets
from documents import scanning as document_scanning
from documents import text_extraction
from indicators import fetcher
from jobs.clock import follow_database_clock
from jobs.wake_up import SECONDS_BETWEEN_ROUNDS, Channel, wait_for_work
from mailroom import inbox, outbox
from registry import day_heads
from registry.files import scanning
from registry.files import text as filetext
from registry.services import held_answers, mail_intake
from registry.services.file_removal import remove_disposed_files
from rus_portal import uploads
from search import indexing, vocabulary

QUICK: list[Callable[[], int]] = [
    outbox.send_due_mail,
    inbox.read_due_mailbox,
    mail_intake.take_due_mail,
    held_answers.release_checked_answers,
    remove_disposed_files,
    day_heads.make_missing_heads,
    reminders.send_due_digests,
    rights.tell_changed_rights,
]
"""Work that people wait for: mail in and out."""
SLOW: list[Callable[[], int]] = [
    scanning.scan_due_files,
    filetext.extract_due_texts,
    document_scanning.scan_due_files,
    text_extraction.read_due_files,
    spreadsheets.run_due_imports,
    spreadsheets.remove_old_imports,
    uploads.remove_leftovers,
    fetcher.fetch_due_indicator,
    vocabulary.remove_unused_daily,
    expiry.remove_due_expired,
]
"""Work that waits for other programs and servers or takes long. It has a thread of its own, so that no mail waits."""
SEARCH: list[Callable[[], int]] = [indexing.index_due]
"""The search index, so that published content is found at once, even while a long file is read or scanned."""
NICENESS = 10
"""The worker yields the processor to the server: a sender waits for the receipt, mail about it can wait."""
logger = logging.getLogger(__name__)


def work_once() -> int:
    """Do everything that is due. Return how many things were done."""
    return sum(round_() for round_ in (*QUICK, *SLOW, *SEARCH))


def work_forever() -> NoReturn:
    """Work until interrupted, in three threads: quick, slow and index. Raise the error that stops one of them."""
    os.nice(NICENESS)
    follow_database_clock()
    ends: SimpleQueue[Exception] = SimpleQueue()
    for rounds, channel in ((QUICK, Channel.WORK), (SLOW, Channel.WORK), (SEARCH, Channel.SEARCH)):
        threading.Thread(target=_work, args=(rounds, channel, ends), daemon=True).start()
    raise ends.get()


def _work(rounds: list[Callable[[], int]], channel: Channel, ends: "SimpleQueue[Exception]") -> None:
    """Do the rounds for ever. If the database is unavailable, wait for it."""
    while True:
        try:
            for round_ in rounds:
                round_()
            wait_for_work(channel)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The worker lost its database and tries again: %s", error)
            connection.close()
            time.sleep(SECONDS_BETWEEN_ROUNDS)
        except Exception as error:  # noqa: BLE001 - raised again in the main thread
            ends.put(error)
            return
