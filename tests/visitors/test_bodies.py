"""Reading what is sent: in places for it, and while others work."""

import errno
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig

from rus_portal.wsgi_environ import with_clean_environ
from visitors import bodies, places
from visitors.bodies import PatientBody
from visitors.places import LARGE
from visitors.refusals import BusyError


class Silence:
    """A connection on which nothing comes until it ends."""

    def __init__(self) -> None:
        self.ends = threading.Event()

    def read(self, _size: int = -1) -> bytes:
        self.ends.wait()
        return b""


class Refusal(list[bytes]):
    """A WSGI answer that notes when it was closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def test_what_comes_is_read() -> None:
    body = PatientBody(io.BytesIO(b"one\ntwo"), 7)

    assert [body.read(2), body.readline(), body.read(), body.read()] == [b"on", b"e\n", b"two", b""]
    assert not body.is_left_unread
    body.close()


def test_what_is_gathered_is_read_from_a_file_and_needs_no_place() -> None:
    content = b"a" * LARGE * 3 + b"b"
    body = PatientBody(io.BytesIO(content), len(content))

    assert body.gather(len(content)) == len(content)

    assert not body._has_place
    assert body.read() == content
    body.close()
    assert body._file.closed  # type: ignore[union-attr]


class FullDisk(io.FileIO):
    """A file that takes so many bytes and no more."""

    room = 0

    def write(self, data: Any) -> int:
        taken = super().write(memoryview(data)[: self.room])
        self.room -= taken
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        return taken


@pytest.mark.parametrize("told", [True, False], ids=["length told", "in chunks"])
@pytest.mark.parametrize("room", [0, LARGE // 2, LARGE + bodies.PIECE // 3])
def test_full_disk_loses_nothing_of_what_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: int, told: bool
) -> None:
    def make_file(**_options: Any) -> FullDisk:
        file = FullDisk(tmp_path / "file", "w+")
        file.room = room
        return file

    monkeypatch.setattr(bodies, "TemporaryFile", make_file)
    content = os.urandom(LARGE * 3 + 7)
    body = PatientBody(io.BytesIO(content), len(content) * told)

    assert body.gather(LARGE * 4) == (len(content) if told else LARGE * 4)

    assert body.read(10) + body.read(bodies.PIECE) + body.read() == content
    assert body.read() == b""
    assert not body.is_left_unread
    body.close()


def test_little_is_gathered_without_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "TemporaryFile", None)
    body = PatientBody(io.BytesIO(b"words"), 0)

    assert (body.gather(10), body.read()) == (5, b"words")
    body.close()


def test_no_more_is_gathered_than_may_be_sent() -> None:
    body = PatientBody(io.BytesIO(b"a" * 11), 0)

    with pytest.raises(RequestDataTooBig):
        body.gather(10)

    body.close()


def test_more_senders_than_places_are_refused_until_one_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large bodies do not take the places of words: a proxy passes words on whole, so that nobody waits there."""
    monkeypatch.setattr(places, "senders", threading.Semaphore(1))
    first, second = PatientBody(io.BytesIO(b"one"), 3), PatientBody(io.BytesIO(b"two"), 3)
    large = PatientBody(io.BytesIO(b"large"), places.LARGE + 1)
    first.read(1)

    with pytest.raises(BusyError):
        second.read()
    assert large.read() == b"large"
    first.close()

    assert second.read() == b"two"
    second.close()
    large.close()


def test_a_sender_leaves_its_place_when_all_is_here_and_not_after_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else as many forms as there are places, which wait for their turn, would keep all others from being sent."""
    monkeypatch.setattr(places, "senders", threading.Semaphore(1))
    first, second = PatientBody(io.BytesIO(b"one"), 3), PatientBody(io.BytesIO(b"two"), 3)
    has_place = []

    @contextmanager
    def wait_for_turn() -> Iterator[None]:
        yield
        has_place.append(first._has_place)

    monkeypatch.setattr(places, "let_others_work", wait_for_turn)

    assert [first.read(2), first.read(), first.read()] == [b"on", b"e", b""]
    assert has_place == [True, False]
    assert second.read() == b"two"


def test_others_work_while_one_sends_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests, one place to work: the second is answered while the first waits for its body."""
    monkeypatch.setattr(places, "work", threading.Semaphore(1))
    silence, answered = Silence(), []

    def application(environ: dict[str, object], _start: object) -> list[bytes]:
        environ["wsgi.input"].read(10)  # type: ignore[attr-defined]
        answered.append(environ["PATH_INFO"])
        return []

    portal = with_clean_environ(application)
    slow = threading.Thread(target=portal, args=({"PATH_INFO": "/slow/", "wsgi.input": silence}, None))
    slow.start()
    portal({"PATH_INFO": "/quick/", "wsgi.input": io.BytesIO()}, None)
    silence.ends.set()
    slow.join()

    assert answered == ["/quick/", "/slow/"]
    assert places.work.acquire(blocking=False)


def test_what_is_refused_unread_is_thrown_away_after_the_answer() -> None:
    sent, refusal = io.BytesIO(b"a" * 3 * bodies.PIECE), Refusal([b"too large"])
    environ = {"wsgi.input": sent, "CONTENT_LENGTH": str(3 * bodies.PIECE)}

    answer = with_clean_environ(lambda _environ, _start: refusal)(environ, None)

    assert (b"".join(answer), sent.tell()) == (b"too large", 0)
    answer.close()  # type: ignore[attr-defined]
    assert (refusal.is_closed, sent.read()) == (True, b"")


def test_no_more_is_thrown_away_at_once_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "drains", threading.Semaphore(0))
    sent = io.BytesIO(b"abc")

    PatientBody(sent, 3).drain()

    assert sent.tell() == 0


def test_an_answer_to_what_was_read_is_passed_on_as_it_is() -> None:
    answer = [b"received"]

    def application(environ: dict[str, object], _start: object) -> list[bytes]:
        environ["wsgi.input"].read(3)  # type: ignore[attr-defined]
        return answer

    assert with_clean_environ(application)({"wsgi.input": io.BytesIO(b"abc"), "CONTENT_LENGTH": "3"}, None) is answer
