"""A row that cannot be done is its own fault: those behind it are done, and it is tried again, at last by request."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jobs import heartbeats
from jobs.failures import ATTEMPTS_AT_MOST, AwayError, find_waiting_keys, is_away
from jobs.models import SILENT_AFTER, Failure, Heartbeat, Round
from jobs.rows import RoundOverError, do_rows

pytestmark = pytest.mark.django_db
JOB = "tests.jobs.test_rows.do"


class Worked:
    """A job that notes its rows, and fails at some."""

    def __init__(self, *poisoned: int, error: Callable[[], Exception] = lambda: ValueError("Hemligt.")) -> None:
        self.tried: list[int] = []
        self.poisoned, self.error = poisoned, error

    def run(self, **limits: Any) -> int:
        def do(key: int) -> bool:
            self.tried.append(key)
            if key in self.poisoned:
                raise self.error()
            return True

        return do_rows(Group.objects.filter(pk__in=self.rows).order_by("pk"), do, **limits)

    rows: list[int] = []


@pytest.fixture
def rows() -> list[int]:
    Worked.rows = [Group.objects.create(name=f"Grupp {number}").pk for number in range(3)]
    return Worked.rows


def let_time_pass() -> None:
    Failure.objects.exclude(due_at=None).update(due_at=timezone.now())


def test_rows_behind_one_that_fails_are_done(rows: list[int], caplog: pytest.LogCaptureFixture) -> None:
    work = Worked(rows[0])

    assert (work.run(), work.tried) == (2, rows)

    failure = Failure.objects.get()
    assert (failure.job, failure.model, failure.key, failure.attempts) == (JOB, "auth.group", rows[0], 1)
    assert timedelta(seconds=25) < failure.due_at - timezone.now() <= timedelta(seconds=30)
    assert failure.error.startswith("ValueError, test_rows.py:")
    assert "Hemligt" not in failure.error
    assert "ValueError: Hemligt." in caplog.text


def test_row_that_failed_waits_is_tried_when_due_and_forgotten_when_done(rows: list[int]) -> None:
    mended = Worked()
    Worked(rows[0]).run()

    mended.run()
    let_time_pass()
    mended.run()

    assert mended.tried == [*rows[1:], *rows]
    assert not Failure.objects.exists()


def test_failure_of_a_row_that_is_no_longer_due_is_forgotten(rows: list[int]) -> None:
    Worked(rows[0]).run()
    Group.objects.get(pk=rows[0]).delete()

    Worked().run()

    assert not Failure.objects.exists()


def test_row_is_given_up_after_eight_attempts_until_somebody_asks_for_it(rows: list[int]) -> None:
    work = Worked(rows[0])
    for _attempt in range(ATTEMPTS_AT_MOST + 2):
        work.run()
        let_time_pass()

    assert work.tried.count(rows[0]) == ATTEMPTS_AT_MOST
    assert Failure.objects.given_up().try_again() == 1
    work.run()

    assert work.tried.count(rows[0]) == ATTEMPTS_AT_MOST + 1
    assert Failure.objects.get().attempts == 1


@pytest.mark.parametrize("error", [AwayError("No answer."), OSError(errno.ENOSPC, "Full")], ids=["away", "full"])
def test_what_meets_every_row_is_no_fault_of_one(rows: list[int], error: Exception) -> None:
    work = Worked(rows[0], error=lambda: error)

    with pytest.raises(type(error)):
        work.run()

    assert (work.tried, Failure.objects.exists()) == (rows[:1], False)


def test_round_ends_when_a_row_says_so_or_its_time_is_over(rows: list[int]) -> None:
    hanging, slow = Worked(rows[0], error=RoundOverError), Worked()

    assert (hanging.run(), hanging.tried) == (1, rows[:1])
    assert (slow.run(seconds=0), slow.tried) == (1, rows[:1])
    assert not Failure.objects.exists()


@pytest.mark.parametrize(
    ("code", "expected"), [("57P01", True), ("53100", True), ("08006", True), ("40P01", False), ("57014", False)]
)
def test_database_that_is_away_or_full_is_told_from_a_statement_that_fails(code: str, *, expected: bool) -> None:
    with pytest.raises(OperationalError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE 'x' USING ERRCODE = '{code}'; END $$")

    assert is_away(raised.value) is expected


@pytest.fixture
def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leave_heartbeat(pid: int, **given: Any) -> None:
    row = {"round": Round.QUICK, "host": socket.gethostname(), "doing": JOB, "model": "auth.group", "key": 7}
    Heartbeat.objects.create(pid=pid, **row | given)


def test_row_at_which_a_process_ended_is_tried_once_more_at_once_and_then_later(ended: int) -> None:
    """A row may take all memory, or never end; but anyone may kill a worker once."""
    waiting = []
    for _death in range(3):
        leave_heartbeat(ended)
        heartbeats.bury_the_dead(Round.QUICK)
        waiting.append(find_waiting_keys(JOB, "auth.group"))

    assert waiting == [set(), {7}, {7}]
    assert Failure.objects.get().attempts == 3
    assert not Heartbeat.objects.exists()


def test_heartbeats_of_the_living_and_of_other_rounds_are_left_alone(ended: int) -> None:
    leave_heartbeat(os.getppid())
    leave_heartbeat(ended, host="another")
    leave_heartbeat(ended, round=Round.SLOW)
    leave_heartbeat(ended + 1, host="another", beat_at=timezone.now() - SILENT_AFTER)

    heartbeats.bury_the_dead(Round.QUICK)

    assert set(Heartbeat.objects.values_list("host", "round")) == {
        (socket.gethostname(), "quick"), ("another", "quick"), (socket.gethostname(), "slow"),
    }  # fmt: skip
    assert Failure.objects.count() == 1
