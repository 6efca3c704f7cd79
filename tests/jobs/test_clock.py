"""A node's clock against the database's: measured, told, and not believed when messages are registered."""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection

from documents import scanning as document_scanning
from documents import text_extraction
from documents.models import DocumentVersion, Scan
from jobs import clock
from mailroom.models import OutgoingMail
from registry.files import scanning
from registry.models import Event
from registry.services.registration import Attachment, receive_message
from tests.factories import make_document, make_message

pytestmark = pytest.mark.django_db
AHEAD = timedelta(hours=26)


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return the act of a process that starts; what it knows of the clock is forgotten after the test."""
    monkeypatch.setattr(clock, "_clock", clock._DatabaseClock())
    return clock.follow_database_clock


@pytest.mark.parametrize("wrong", [AHEAD, -AHEAD, timedelta()])
def test_difference_to_the_databases_clock_is_measured(wrong: timedelta) -> None:
    with time_machine.travel(datetime.now(UTC) + wrong):
        found = clock.measure_clock_difference()

    assert abs(found - wrong) < timedelta(seconds=5)


def test_difference_is_told_in_a_sentence_once_it_matters() -> None:
    ahead, behind = clock.explain_clock_difference(AHEAD), clock.explain_clock_difference(-AHEAD)

    assert ahead == "Den här maskinens klocka går 1 dag, 2 timmar före databasens."
    assert behind == "Den här maskinens klocka går 1 dag, 2 timmar efter databasens."
    assert clock.explain_clock_difference(timedelta(seconds=59)) == ""


def test_process_that_starts_says_that_its_clock_is_wrong(
    follow: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(datetime.now(UTC) + AHEAD):
        follow()
        clock._clock.measure()

    (said,) = caplog.messages
    assert said.startswith("This machine's clock is 1 day, 2 hours ahead of the database's.")
    assert caplog.records[0].levelno == logging.WARNING


def test_message_to_a_node_whose_clock_is_wrong_is_registered_at_the_databases_time(follow: Callable[[], None]) -> None:
    before = datetime.now(UTC)
    with time_machine.travel(before + AHEAD):
        follow()
        intake = receive_message(make_message())

    times = [intake.received_at, intake.record.case.registered_at, Event.objects.get(intake=intake).at]
    assert all(abs(at - before) < timedelta(seconds=30) for at in times)


def test_clock_that_is_set_right_is_believed_again(follow: Callable[[], None]) -> None:
    with time_machine.travel(datetime.now(UTC) + AHEAD):
        follow()
    clock._clock.measured_at -= clock.SECONDS_BETWEEN_MEASUREMENTS + 1

    assert abs(clock.read_time() - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("wrong", [AHEAD, -AHEAD])
def test_clock_that_is_set_wrong_while_the_process_runs_is_noticed_at_once(
    follow: Callable[[], None], wrong: timedelta
) -> None:
    follow()
    with time_machine.travel(datetime.now(UTC) + wrong):
        noticed = clock.read_time()
    set_right = clock.read_time()

    assert abs(noticed - set_right) < timedelta(seconds=5)
    assert abs(set_right - datetime.now(UTC)) < timedelta(seconds=5)


def test_what_a_node_whose_clock_is_ahead_has_queued_is_due_at_the_others(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    with time_machine.travel(datetime.now(UTC) + AHEAD):
        receive_message(make_message(attachments=[Attachment("a.txt", "text/plain", io.BytesIO(b"Text"))]))
        make_document()
    queues = [OutgoingMail.objects.due(), scanning._due(), document_scanning._due()]
    due = [queue.exists() for queue in queues]
    DocumentVersion.objects.update(scan=Scan.CLEAN)

    assert [*due, text_extraction._due().exists()] == [True] * 4


def test_process_starts_without_the_database(follow: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)

    follow()

    assert abs(clock.read_time() - datetime.now(UTC)) < timedelta(seconds=5)
