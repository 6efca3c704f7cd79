"""The worker's rounds: take what is due from the tables that own it, then wait to be woken."""

import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from accounts import expiry, rights
from actionplans.services import reminders
from actionplans.spreadsheet import jobs as spreadsheets
from documents import scanning as document_scanning
from documents import text_extraction
from indicators import fetcher
from jobs.clock import follow_database_clock
from jobs.failures import describe_error, forget_failures, is_away, is_database_away, note_failure
from jobs.heartbeats import begin_round, find_stopped_rounds, is_busy, note_step, stopping
from jobs.models import Round
from jobs.wake_up import SECONDS_BETWEEN_ROUNDS, Channel, wait_for_work
from mailroom import inbox, outbox
from publishing.drafts import presence, removal, schedule
from publishing.history import deletions
from publishing.outside_links import checks
from registry import day_heads
from registry.files import scanning
from registry.files import text as filetext
from registry.services import held_answers, mail_intake
from registry.services.file_removal import remove_disposed_files
from rus_portal import uploads
from rus_portal.deadlines import set_timeouts
from search import indexing, vocabulary

PUBLISHING: list[Callable[[], int]] = [schedule.publish_due_drafts]
"""Changes whose moment has come. They have a thread of their own, so that nothing else makes them late."""
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
    removal.remove_discarded_drafts,
    deletions.remove_old_deletions,
    presence.forget_presences,
    checks.check_due_link,
]
"""Work that waits for other programs and servers or takes long. It has a thread of its own, so that no mail waits."""
SEARCH: list[Callable[[], int]] = [indexing.index_due]
"""The search index, so that published content is found at once, even while a long file is read or scanned."""
SECONDS_OF_A_STATEMENT = 600
NICENESS = 10
"""The worker yields the processor to the server: a sender waits for the receipt, mail about it can wait. What is to be
published at its moment cannot."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds that a job pauses after it failed as a whole, twice as long each time."""
SECONDS_TO_FINISH = 5.0
"""For the rows at hand, when the worker is stopped."""
logger = logging.getLogger(__name__)


@dataclass
class Job:
    """A job of a round, and how long it pauses after it failed. The other jobs go on meanwhile."""

    do: Callable[[], int]
    failed: int = 0
    paused_until: float = 0.0
    error: Exception | None = None
    """Why it failed, unless what it needs is only away."""

    @property
    def name(self) -> str:
        return f"{self.do.__module__}.{self.do.__name__}"

    def run(self) -> int:
        """Do what is due, unless it pauses. Return how many things were done. Raise only if the database is away."""
        if time.monotonic() < self.paused_until:
            return 0
        note_step(self.name)
        try:
            done = self.do()
        except Exception as error:
            if is_database_away(error):
                raise
            self._pause(error)
            return 0
        if self.failed:
            forget_failures(self.name)
            self.failed = 0
        return done

    def _pause(self, error: Exception) -> None:
        seconds = min(FIRST_PAUSE * 2**self.failed, LONGEST_PAUSE)
        self.failed = min(self.failed + 1, 10)
        self.paused_until = time.monotonic() + seconds
        if is_away(error):
            logger.warning("%s waits for %.0f s: %s", self.name, seconds, error)
        else:
            self.error = error
            logger.error("%s failed and pauses for %.0f s. Other jobs go on.", self.name, seconds, exc_info=error)
            note_failure(self.name, describe_error(error))


def work_once() -> int:
    """Do everything that is due. Return how many things were done. Raise what failed when the rest is done."""
    jobs = [Job(do) for do in (*PUBLISHING, *QUICK, *SLOW, *SEARCH)]
    done = sum(job.run() for job in jobs)
    for job in jobs:
        if job.error:
            raise job.error
    return done


def work_forever(show_life: Callable[[], None] = lambda: None) -> NoReturn:
    """Work in a thread for each round, until this one is interrupted. End the process if one of them stands still.

    `show_life` is called every second.
    """
    connection_created.connect(_limit_statements)
    follow_database_clock()
    threads = [_start_round(Round.PUBLISHING, PUBLISHING, Channel.PUBLISHING, schedule.count_seconds_to_next)]
    os.nice(NICENESS)  # on Linux it holds for this thread and those that it starts from now on
    threads += [
        _start_round(Round.QUICK, QUICK, Channel.WORK),
        _start_round(Round.SLOW, SLOW, Channel.WORK),
        _start_round(Round.SEARCH, SEARCH, Channel.SEARCH),
    ]
    while True:
        time.sleep(1)
        show_life()
        if (stopped := find_stopped_rounds()) or not all(thread.is_alive() for thread in threads):
            logger.critical("The worker is started anew: a round stands still. %s", stopped)
            faulthandler.dump_traceback(sys.stderr)
            os._exit(1)


def _start_round(*arguments: Any) -> threading.Thread:
    """Go a round in a thread of its own (see `go_rounds`)."""
    thread = threading.Thread(target=go_rounds, args=arguments, daemon=True)
    thread.start()
    return thread


def finish_rows() -> None:
    """Let the rounds finish the rows at hand, and begin no other."""
    stopping.set()
    deadline = time.monotonic() + SECONDS_TO_FINISH
    while is_busy() and time.monotonic() < deadline:
        time.sleep(0.05)


def _limit_statements(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    set_timeouts(connection, SECONDS_OF_A_STATEMENT)


def go_rounds(
    round_: Round,
    jobs: Iterable[Callable[[], int]],
    channel: Channel,
    count_seconds: Callable[[], float] | None = None,
) -> None:
    """Do the jobs in turn until the worker is stopped. If the database is unavailable, wait for it.

    `count_seconds` says how long it is until something becomes due, where that is known.
    """
    given = [Job(do) for do in jobs]
    begin_round(round_)
    while not stopping.is_set():
        try:
            for job in given:
                job.run()
            note_step()
            wait_for_work(channel, count_seconds)
        except Exception as error:  # the thread must not end
            if is_database_away(error):
                logger.warning("The worker lost its database and tries again: %s", error)
            else:
                logger.exception("The worker's round was broken off, and begins anew.")
            connection.close()
            stopping.wait(SECONDS_BETWEEN_ROUNDS)
