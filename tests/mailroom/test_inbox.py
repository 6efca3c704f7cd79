"""A mailbox that cannot be read: the fault is explained, reading is retried, and the worker goes on."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from mailroom import inbox
from mailroom.models import IncomingMail, MailboxReading
from tests.processes import free_port

pytestmark = pytest.mark.django_db
GREETING = b"* OK [CAPABILITY IMAP4rev1] Here\r\n"
PASSWORD = "hemligt"
UNEXPECTED = "The mail server gave an unexpected response. It will be retried automatically."
TOO_SLOW = "The mail server is not responding. It will be retried automatically."
UNREACHABLE = "The mail server cannot be reached. It will be retried automatically."
REFUSED = "The mail server does not accept the username and password. Ask the site administrator to check them."


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[..., list[bytes]]]:
    """Return a function that starts a mail server, which greets and answers commands by a dictionary.

    That function gives back the list of the commands heard so far.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    settings.INBOX_TIMEOUT = 0.3
    settings.INBOX_URL = f"imap://diariet:{PASSWORD}@127.0.0.1:{listening.getsockname()[1]}/INBOX"

    def serve(greeting: bytes, answers: dict[bytes, bytes]) -> list[bytes]:
        heard = []

        def talk() -> None:
            with suppress(OSError):
                connected, _address = listening.accept()
                with connected, connected.makefile("rwb") as stream:
                    stream.write(greeting)
                    stream.flush()
                    for line in stream:
                        tag, command = line.split()[:2]
                        heard.append(command)
                        if command in answers:
                            stream.write(answers[command].replace(b"TAG", tag))
                            stream.flush()

        threading.Thread(target=talk, daemon=True).start()
        return heard

    yield serve
    listening.close()


CAPABLE = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK Done\r\n"}
LOGGED_IN = CAPABLE | {
    b"LOGIN": b"TAG OK Done\r\n",
    b"SELECT": b"* 1 EXISTS\r\nTAG OK Done\r\n",
    b"LOGOUT": b"TAG OK Done\r\n",
}


@pytest.mark.parametrize(
    ("greeting", "answers", "reached", "words"),
    [
        (b"Hej\r\n", {}, b"", UNEXPECTED),
        (b"* BYE Full\r\n", {}, b"", UNEXPECTED),
        (b"", {}, b"", TOO_SLOW),
        (GREETING, CAPABLE, b"LOGIN", TOO_SLOW),
        (GREETING, CAPABLE | {b"LOGIN": b"TAG NO Wrong\r\n"}, b"LOGIN", REFUSED),
        (GREETING, LOGGED_IN | {b"SELECT": b"TAG NO None\r\n"}, b"SELECT", UNEXPECTED),
        (GREETING, LOGGED_IN | {b"STATUS": b"* STATUS INBOX ()\r\nTAG OK Done\r\n"}, b"STATUS", UNEXPECTED),
        (GREETING, LOGGED_IN | {b"STATUS": b"TAG OK Done\r\n"}, b"STATUS", UNEXPECTED),
    ],
)
def test_fault_is_told_in_plain_words(
    serve: Callable[..., list[bytes]], greeting: bytes, answers: dict[bytes, bytes], reached: bytes, words: str
) -> None:
    heard = serve(greeting, answers)

    assert inbox.read_mailbox() is None

    assert [command for command in [b"", *heard] if command != b"LOGOUT"][-1] == reached
    reading = MailboxReading.objects.get()
    with translation.override("sv"):
        assert reading.fault == gettext(words)
    assert (reading.read_at, PASSWORD in reading.mailbox, IncomingMail.objects.count()) == (None, False, 0)


def test_server_that_is_not_there_is_told_and_asked_less_and_less_often(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INBOX_URL = f"imap://diariet:{PASSWORD}@127.0.0.1:{free_port()}/INBOX"
    now, waits = 1000.0, []
    monkeypatch.setattr(inbox, "_pace", inbox._Pace())
    monkeypatch.setattr("mailroom.inbox.time.monotonic", lambda: now)

    for _attempt in range(5):
        assert inbox.read_due_mailbox() == 0
        waits.append(inbox._pace.next_at - now)
        now = inbox._pace.next_at

    assert waits == [120, 240, 480, 900, 900]
    with translation.override("sv"):
        assert MailboxReading.objects.get().fault == gettext(UNREACHABLE)


@pytest.mark.parametrize("url", ["pop3://a:b@example.org/", "imaps:///INBOX", "imap://a:b@example.org:x/", "nonsense"])
def test_address_that_is_none_stops_nothing(settings: Any, url: str) -> None:
    settings.INBOX_URL = url

    assert (inbox.read_mailbox(), MailboxReading.objects.count()) == (None, 0)


def test_no_mailbox_is_not_read(settings: Any) -> None:
    settings.INBOX_URL = ""

    assert (inbox.read_due_mailbox(), MailboxReading.objects.count()) == (0, 0)
