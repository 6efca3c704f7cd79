"""A mail that the server does not deliver blocks none after it, and is fetched again until it comes."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from mailroom import inbox
from mailroom.models import IncomingMail, MailboxReading, UnfetchedMail
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class Server:
    """As much of an IMAP server (RFC 9051) as fetching needs; `broken` says how it fails to deliver a mail."""

    def __init__(self) -> None:
        self.mails = {uid: b"Subject: %d\r\n\r\nText.\r\n" % uid for uid in (1, 2, 3)}
        self.broken: dict[int, str] = {}
        self.validity = 7
        self.seen: set[int] = set()
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connected, _address = self.listening.accept()
                with suppress(OSError), connected, connected.makefile("rwb") as stream:
                    stream.write(b"* OK [CAPABILITY IMAP4rev1] Here\r\n")
                    stream.flush()
                    for line in stream:
                        tag, words = line.decode().split(maxsplit=1)
                        answer = self._answer(words.strip())
                        if answer is None:
                            break
                        stream.write(answer.replace(b"TAG", tag.encode()))
                        stream.flush()

    def _answer(self, words: str) -> bytes | None:
        """Return the answer to a command: None to hang up, empty to stay silent."""
        done = b"TAG OK Done\r\n"
        if found := re.match(r"UID fetch (\d+)", words, re.IGNORECASE):
            return self._given_out(int(found[1]))
        if found := re.match(r"UID search .*UID (\d+):(\d+|\*)( UNSEEN)?", words, re.IGNORECASE):
            first, last = int(found[1]), max(self.mails) if found[2] == "*" else int(found[2])
            uids = [uid for uid in self.mails if first <= uid <= last and not (found[3] and uid in self.seen)]
            return b"* SEARCH %s\r\n%s" % (" ".join(map(str, uids)).encode(), done)
        if found := re.match(r"UID store ([\d,]+)", words, re.IGNORECASE):
            self.seen |= {int(uid) for uid in found[1].split(",")}
            return done
        if words.startswith("STATUS"):
            return b'* STATUS "INBOX" (UIDVALIDITY %d)\r\n%s' % (self.validity, done)
        return (b"* CAPABILITY IMAP4rev1\r\n" if words.startswith("CAPABILITY") else b"") + done

    def _given_out(self, uid: int) -> bytes | None:
        match self.broken.get(uid):
            case "NO":
                return b"TAG NO [SERVERBUG] Internal error\r\n"
            case "BAD":
                return b"TAG BAD What?\r\n"
            case "silence":
                return b""
            case "hang up":
                return None
        raw = self.mails.get(uid)
        if raw is None:
            return b"TAG OK Done\r\n"
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\nTAG OK Done\r\n" % (uid, len(raw), raw)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    made = Server()
    settings.INBOX_TIMEOUT = 0.5
    settings.INBOX_URL = f"imap://diariet:hemligt@127.0.0.1:{made.listening.getsockname()[1]}/INBOX"
    yield made
    made.listening.close()


def stored() -> list[int]:
    return sorted(IncomingMail.objects.values_list("uid", flat=True))


def due_now() -> None:
    UnfetchedMail.objects.update(due_at=timezone.now())


@pytest.mark.parametrize("how", ["NO", "BAD"])
def test_those_behind_it_are_read_in_the_same_reading(server: Server, how: str) -> None:
    server.broken = {2: how}

    assert inbox.read_mailbox() == 2

    unfetched = UnfetchedMail.objects.get()
    assert (stored(), server.seen) == ([1, 3], {1, 3})
    assert (unfetched.uid, unfetched.attempts, unfetched.due_at > timezone.now()) == (2, 1, True)
    assert MailboxReading.objects.get().fault == ""


def test_those_behind_one_that_cannot_be_stored_are_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = inbox._store

    def store(reading: MailboxReading, uid: int, raw: bytes) -> IncomingMail | None:
        if uid == 2:
            raise DataError("invalid byte sequence")
        return real(reading, uid, raw)

    monkeypatch.setattr(inbox, "_store", store)

    assert inbox.read_mailbox() == 2

    assert (stored(), server.seen, UnfetchedMail.objects.get().uid) == ([1, 3], {1, 3}, 2)


@pytest.mark.parametrize("how", ["silence", "hang up"])
def test_where_the_connection_goes_with_it_they_are_read_in_the_next(server: Server, how: str) -> None:
    server.broken = {2: how}

    assert inbox.read_mailbox() is None
    after_the_first = stored()
    assert inbox.read_mailbox() == 1

    assert (after_the_first, stored(), server.seen) == ([1], [1, 3], {1, 3})
    assert UnfetchedMail.objects.get().uid == 2


def test_it_is_read_when_the_server_gives_it_out(server: Server) -> None:
    server.broken = {2: "NO"}
    inbox.read_mailbox()
    server.broken = {}
    too_soon = inbox.read_mailbox()

    due_now()
    then, again = inbox.read_mailbox(), inbox.read_mailbox()

    assert (too_soon, then, again) == (0, 1, 0)
    assert (stored(), server.seen, UnfetchedMail.objects.count()) == ([1, 2, 3], {1, 2, 3}, 0)
    assert MailboxReading.objects.get().last_uid == 3


def test_it_is_asked_for_less_and_less_often_but_at_least_daily(server: Server) -> None:
    server.broken = {2: "NO"}
    waits = []

    for _attempt in range(14):
        inbox.read_mailbox()
        waits.append(round((UnfetchedMail.objects.get().due_at - timezone.now()) / timedelta(minutes=1)))
        due_now()

    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 24 * 60
    assert UnfetchedMail.objects.get().attempts == 14


def test_it_is_never_marked_as_read_before_it_is(server: Server) -> None:
    server.broken = {2: "NO"}

    for _reading in range(3):
        inbox.read_mailbox()
        due_now()

    assert server.seen == {1, 3}


def test_what_has_been_taken_away_is_asked_for_no_more(server: Server) -> None:
    server.broken = {2: "NO"}
    inbox.read_mailbox()
    del server.mails[2]
    server.broken = {}
    due_now()

    assert (inbox.read_mailbox(), UnfetchedMail.objects.count(), stored()) == (0, 0, [1, 3])


def test_a_mailbox_made_anew_is_read_from_the_start(server: Server) -> None:
    server.broken = {2: "NO"}
    inbox.read_mailbox()
    server.validity, server.broken = 8, {}

    inbox.read_mailbox()

    assert (UnfetchedMail.objects.count(), stored()) == (0, [1, 1, 2, 3, 3])


def test_new_mail_comes_before_what_is_asked_for_again(server: Server) -> None:
    server.broken = {2: "hang up"}
    inbox.read_mailbox()
    inbox.read_mailbox()
    server.mails[4] = b"Subject: 4\r\n\r\nNytt.\r\n"
    due_now()

    assert inbox.read_mailbox() is None

    assert stored() == [1, 3, 4]


def test_the_registrar_sees_it(server: Server, client: Client) -> None:
    server.broken = {2: "NO"}
    inbox.read_mailbox()
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get("/admin/").content.decode()

    assert "E-post som inte kunde hämtas" in page
    assert ("UID 2:" in page, "SERVERBUG" in page) == (True, True)
