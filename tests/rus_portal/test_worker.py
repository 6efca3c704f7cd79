"""The worker's rounds go on whatever a job or a row does: the job pauses, the row waits, the rest is done."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from jobs import heartbeats
from jobs.failures import AwayError
from jobs.models import Failure, Heartbeat, Round
from jobs.wake_up import Channel
from rus_portal import worker

pytestmark = pytest.mark.django_db
Job = Callable[[], int]


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that goes some rounds of jobs, without waiting, and then stops."""
    stopping = threading.Event()
    monkeypatch.setattr(worker, "stopping", stopping)
    monkeypatch.setattr(connection, "close", lambda: None)  # the test's own
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_ROUNDS", 0)
    monkeypatch.setattr(heartbeats, "_here", threading.local())

    def go(*jobs: Job, rounds: int = 1) -> None:
        gone: list[Channel] = []

        def wait(channel: Channel, _count_seconds: Any) -> None:
            gone.append(channel)
            if len(gone) == rounds:
                stopping.set()

        stopping.clear()
        monkeypatch.setattr(worker, "wait_for_work", wait)
        worker.go_rounds(Round.QUICK, jobs, Channel.WORK)

    return go


def counted(*errors: Exception | None) -> tuple[Job, list[int]]:
    """Return a job that raises the errors in turn, then works; and the list of its attempts."""
    attempts: list[int] = []

    def work() -> int:
        attempts.append(len(attempts))
        error = errors[attempts[-1]] if attempts[-1] < len(errors) else None
        if error:
            raise error
        return 1

    return work, attempts


def test_job_that_fails_pauses_and_the_others_go_on(go: Any, caplog: pytest.LogCaptureFixture) -> None:
    (failing, tried), (working, done) = counted(ValueError("Nobody thought of it.")), counted()

    go(failing, working, rounds=3)

    assert (len(tried), len(done)) == (1, 3)
    failure = Failure.objects.get()
    assert (failure.job, failure.key, failure.error.split(",")[0]) == (f"{__name__}.work", 0, "ValueError")
    assert failure.due_at is not None
    assert "ValueError: Nobody thought of it." in caplog.text


def test_job_is_tried_again_after_pauses_that_grow_and_its_failure_forgotten(
    go: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: clock[0])
    job = worker.Job(counted(ValueError(), ValueError())[0])
    waits = []
    for _attempt in range(3):
        job.run()
        waits.append(max(0, job.paused_until - clock[0]))
        clock[0] += 20

    assert waits == [5, 10, 0]
    assert not Failure.objects.exists()


def test_job_whose_storage_is_away_waits_and_is_no_failure(go: Any) -> None:
    (waiting, tried), (working, done) = counted(AwayError("The storage does not answer.")), counted()

    go(waiting, working, rounds=2)

    assert (len(tried), len(done), Failure.objects.exists()) == (1, 2, False)


def test_lost_database_ends_the_round_and_the_next_begins(go: Any) -> None:
    lost = OperationalError("server closed the connection")
    lost.__cause__ = type("Lost", (Exception,), {"pgcode": "57P01"})()
    (losing, tried), (working, done) = counted(lost), counted()

    go(losing, working, rounds=2)

    assert (len(tried), len(done)) == (3, 2)


def test_round_writes_a_heartbeat_and_at_what(go: Any) -> None:
    seen: list[Heartbeat] = []

    def look() -> int:
        seen.append(Heartbeat.objects.get())
        return 0

    go(look)

    assert (seen[0].round, seen[0].doing) == (Round.QUICK, f"{__name__}.look")


def test_round_that_stands_still_is_noticed(go: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "_pulses", {})
    go(counted()[0])
    assert heartbeats.find_stopped_rounds() == []

    later = time.monotonic() + 601
    monkeypatch.setattr(heartbeats.time, "monotonic", lambda: later)

    assert heartbeats.find_stopped_rounds() == ["quick:"]


def test_what_failed_is_raised_when_the_rest_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    (failing, _tried), (working, done) = counted(ValueError("Nobody thought of it.")), counted()
    monkeypatch.setattr(worker, "PUBLISHING", [])
    monkeypatch.setattr(worker, "QUICK", [failing])
    monkeypatch.setattr(worker, "SLOW", [working])
    monkeypatch.setattr(worker, "SEARCH", [])

    with pytest.raises(ValueError, match="Nobody"):
        worker.work_once()

    assert len(done) == 1
