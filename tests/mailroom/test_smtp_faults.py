"""A mail server that refuses, stalls and hangs up: only permanent refusals are not retried."""
# ruff: noqa: N802 - aiosmtpd calls methods by the commands of SMTP

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.utils import timezone

from mailroom import outbox
from mailroom.models import OutgoingMail
from mailroom.models.outgoing_mail import ATTEMPTS_AT_MOST
from rus_portal import worker
from tests.processes import free_port

pytestmark = pytest.mark.django_db

FOR_NOW = ["421 at mail", "421 at rcpt", "421 at data", "450 at rcpt", "451 at rcpt", "451 at data",
           "gone at mail", "gone at rcpt", "gone at data", "gone inside data", "stall at mail",
           "stall at data"]  # fmt: skip
FOR_GOOD = ["550 at mail", "550 at rcpt", "550 at data", "552 at data", "554 at data"]


class Handler:
    """A handler that fails as often as told, and then accepts mail."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        self.taken: list[str] = []

    async def misbehave(self, server: SMTP, step: str) -> str:
        """Return the failing answer to a step, if the next fault is in that step."""
        if not self.faults or self.faults[0].partition(" ")[2] != step:
            return ""
        fault = self.faults.pop(0).partition(" ")[0]
        if fault == "gone":
            server.transport.abort()
        if fault == "stall":
            await asyncio.sleep(3)
        return f"{fault} No." if fault.isdigit() else "250 Unheard"

    async def handle_MAIL(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        envelope.mail_from = address
        return await self.misbehave(server, "at mail") or "250 OK"

    async def handle_RCPT(self, server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return await self.misbehave(server, "at rcpt") or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if bad := await self.misbehave(server, "at data"):
            return bad
        self.taken.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return await self.misbehave(server, "after data") or "250 OK"

    async def handle_QUIT(self, server: SMTP, _session: Any, _envelope: Any) -> str:
        return await self.misbehave(server, "at quit") or "221 Bye"


class Server(SMTP):
    """A server that can also hang up between DATA and the mail itself."""

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.event_handler.misbehave(self, "inside data"):
            await super().smtp_DATA(arg)


class Loopback(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler)


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[..., Handler]]:
    """Return a function that starts a mail server with faults, and has the portal use it."""
    started = []

    def serve(*faults: str) -> Handler:
        handler = Handler(*faults)
        server = Loopback(handler, hostname="127.0.0.1", port=free_port())
        server.start()
        started.append(server)
        settings.EMAIL_PORT = server.port
        return handler

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.3
    yield serve
    for server in started:
        server.stop()


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
        worker.work_once()
        thread.join()

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 1)


def test_wait_doubles_until_the_mail_is_given_up(serve: Callable[..., Handler]) -> None:
    handler = serve(*["451 at rcpt"] * ATTEMPTS_AT_MOST)
    mail, waits = queue_one(), []

    for _attempt in range(ATTEMPTS_AT_MOST):
        send_later()
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()).total_seconds()))

    assert waits[:-1] == [30 * 2**n for n in range(ATTEMPTS_AT_MOST - 1)]
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
