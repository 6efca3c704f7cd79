"""A mail server that refuses, stalls and hangs up: only permanent refusals are not retried."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailroom import outbox
from mailroom.models import MailServerOutage, OutgoingMail
from mailroom.models.outgoing_mail import ATTEMPTS_AT_MOST
from rus_portal import worker
from tests.mailroom.conftest import Handler

pytestmark = pytest.mark.django_db

FOR_NOW = ["421 at mail", "421 at rcpt", "421 at data", "450 at rcpt", "451 at rcpt", "451 at data",
           "gone at mail", "gone at rcpt", "gone at data", "gone inside data", "stall at mail",
           "stall at data"]  # fmt: skip
FOR_GOOD = ["550 at mail", "550 at rcpt", "550 at data", "552 at data", "554 at data"]


def queue_one(number: int = 1) -> OutgoingMail:
    return outbox.queue_mail(to=f"a{number}@example.org", subject="Hej", body="Text", language="sv")


def send_later() -> None:
    """Run a round of the worker after the wait."""
    OutgoingMail.objects.update(due_at=timezone.now())
    worker.work_once()


@pytest.mark.parametrize("fault", FOR_NOW)
def test_what_may_help_later_is_tried_again_after_a_wait(serve: Callable[..., Handler], fault: str) -> None:
    handler = serve(fault)
    mail, started = queue_one(), timezone.now()

    worker.work_once()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, handler.taken) == ("queued", 1, [])
    assert mail.last_error
    assert started + timedelta(seconds=30) <= mail.due_at <= timezone.now() + timedelta(seconds=30)
    send_later()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, handler.taken) == ("sent", 2, [mail.message_id])


@pytest.mark.parametrize("fault", FOR_GOOD)
def test_what_is_refused_for_good_fails_at_once(serve: Callable[..., Handler], fault: str) -> None:
    handler = serve(fault)
    refused, next_one = queue_one(1), queue_one(2)

    worker.work_once()

    refused.refresh_from_db()
    next_one.refresh_from_db()
    assert (refused.state, refused.attempts, next_one.state) == ("failed", 1, "sent")
    assert fault[:3] in refused.last_error
    assert handler.taken == [next_one.message_id]


def test_lost_answer_sends_again_under_the_same_message_id(serve: Callable[..., Handler]) -> None:
    handler = serve("gone after data")
    mail = queue_one()

    worker.work_once()
    send_later()

    mail.refresh_from_db()
    assert (mail.state, handler.taken) == ("sent", [mail.message_id, mail.message_id])


@pytest.mark.parametrize("fault", ["gone at quit", "stall at quit"])
def test_server_that_goes_away_after_its_answer_has_the_mail_once(serve: Callable[..., Handler], fault: str) -> None:
    handler = serve(fault)
    mail = queue_one()

    worker.work_once()
    send_later()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, handler.taken, handler.faults) == ("sent", 1, [mail.message_id], [])


@pytest.mark.parametrize("greeting", [b"421 Later\r\n", b"554 Not to you\r\n", b"", b"Hej\r\n"])
def test_server_that_does_not_greet_loses_nothing(settings: Any, serve: object, greeting: bytes) -> None:
    """A server that refuses us says nothing about the mail: when that is corrected, the mail is sent."""
    mail = queue_one()
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_PORT = server.getsockname()[1]

        def answer() -> None:
            connected, _address = server.accept()
            with connected:
                connected.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()
        outbox.send_due_mail()
        thread.join()

    mail.refresh_from_db()
    outage = MailServerOutage.objects.get()
    assert (mail.state, mail.attempts, outage.attempts) == ("queued", 0, 1)
    assert outage.fault == "E-postservern svarade på ett oväntat sätt. Ett nytt försök görs automatiskt."


def test_wait_doubles_until_the_mail_is_given_up(serve: Callable[..., Handler]) -> None:
    handler = serve(*["451 at rcpt"] * ATTEMPTS_AT_MOST)
    mail, waits = queue_one(), []

    for _attempt in range(ATTEMPTS_AT_MOST):
        OutgoingMail.objects.update(due_at=timezone.now())
        outbox.send_due_mail()
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()).total_seconds()))

    assert waits[:-1] == [min(30 * 2**n, 3600) for n in range(ATTEMPTS_AT_MOST - 1)]
    assert timedelta(days=4.9) < timedelta(seconds=sum(waits[:-1])) < timedelta(days=5)
    assert (mail.state, mail.attempts, handler.taken) == ("failed", ATTEMPTS_AT_MOST, [])


def test_mail_whose_attachment_cannot_be_read_does_not_stop_the_others(
    serve: Callable[..., Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = serve()
    broken, whole = queue_one(1), queue_one(2)
    as_message = OutgoingMail.as_message

    def without_its_file(mail: OutgoingMail) -> Any:
        if mail.pk == broken.pk:
            raise RuntimeError("The storage does not answer.")
        return as_message(mail)

    monkeypatch.setattr(OutgoingMail, "as_message", without_its_file)

    worker.work_once()

    broken.refresh_from_db()
    assert (broken.state, broken.attempts, handler.taken) == ("queued", 1, [whole.message_id])
