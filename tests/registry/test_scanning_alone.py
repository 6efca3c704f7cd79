"""Archive checks without a virus scanner, and a scanner that hangs without blocking anybody."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from files import virus_scanner
from jobs import rows
from registry.files import scanning
from registry.models import Event, File
from registry.services.mail_intake import take_due_mail
from registry.services.registration import Attachment, receive_message
from registry.verification import find_faults
from rus_portal import worker
from tests.clamav import Hanging
from tests.factories import make_incoming_mail, make_message, make_user
from tests.files.test_archives import bomb, docx
from tests.registry.incoming import a_mail_with

pytestmark = pytest.mark.django_db
MEBIBYTE = 2**20


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bilaga.bin", content)
    return target.getvalue()


def mailed(content: bytes) -> File:
    """Make a file that came by mail."""
    make_incoming_mail(a_mail_with("bilaga.docx", "application/octet-stream", content))
    take_due_mail()
    return File.objects.latest("pk")


HARMFUL = {
    "document that swells": bomb,
    "archive that swells": lambda: zipped(b"\0" * (30 * MEBIBYTE)),
    "archive in an archive": lambda: zipped(zipped(b"x")),
    "archive without its end": lambda: zipped(b"x" * 5000)[:-30],
}


@pytest.mark.parametrize("make", HARMFUL.values(), ids=HARMFUL)
def test_an_archive_that_came_by_mail_is_held_looked_into_and_kept_back(
    client: Client, settings: Any, make: Callable[[], bytes]
) -> None:
    settings.CLAMD_URL = ""
    content = make()
    file = mailed(content)
    client.force_login(make_user(Role.REGISTRAR))
    url = reverse("admin:registry_file", args=[file.pk])
    before = (file.scan, client.get(url).status_code)

    scanning.scan_due_files()

    file.refresh_from_db()
    assert before == (File.Scan.PENDING, 409)
    assert (file.scan, file.scan_note.startswith("misstänkt: "), client.get(url).status_code) == ("infected", True, 409)
    assert list(scanning.find_infected_files()) == [file]
    assert Event.objects.get(kind=Event.Kind.FILE_SCANNED).case == file.intake.record.case
    with file.file.open() as kept:
        assert kept.read() == content
    assert list(find_faults()) == []


@pytest.mark.parametrize("content", [docx(), zipped(b"Bara text.")], ids=["document", "archive"])
def test_a_sound_archive_is_given_out_once_it_has_been_looked_into(settings: Any, content: bytes) -> None:
    settings.CLAMD_URL = ""
    file = mailed(content)
    before = file.may_be_opened

    assert (scanning.scan_due_files(), scanning.scan_due_files()) == (1, 0)

    file.refresh_from_db()
    assert (before, file.scan, file.may_be_opened) == (False, File.Scan.UNCHECKED, True)


def test_what_is_no_archive_does_not_wait(settings: Any) -> None:
    settings.CLAMD_URL = ""

    file = mailed(b"Bara text.")

    assert (file.scan, scanning.scan_due_files()) == (File.Scan.UNCHECKED, 0)


@pytest.fixture
def hanging(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Hanging]]:
    monkeypatch.setattr(virus_scanner, "SECONDS_TO_ANSWER", 0.3)
    monkeypatch.setattr(virus_scanner, "SECONDS_AT_MOST", 0.3)
    made: list[Hanging] = []

    def make(*words: bytes) -> Hanging:
        made.append(Hanging(*words))
        settings.CLAMD_URL = made[0].url
        return made[0]

    yield make
    for one in made:
        one.close()


def two_files() -> tuple[File, File]:
    attachments = [Attachment(name, "text/plain", io.BytesIO(b"x" * 300_000)) for name in ("a", "b")]
    first, second = receive_message(make_message(attachments=attachments)).files.order_by("pk")
    return first, second


@pytest.mark.parametrize("words", [[], [b"PONG\0"], [b"PONG\0", b"stream: "]], ids=["at once", "then", "in its answer"])
def test_a_checker_that_hangs_ends_the_round_after_one_file(
    hanging: Callable[..., Hanging], words: list[bytes]
) -> None:
    server = hanging(*words)
    first, second = two_files()

    tried = scanning.scan_due_files()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (tried, server.taken) == (1, max(1, min(2, len(words) + 1)))
    assert (first.scan, first.scan_attempts, second.scan, second.scan_attempts) == ("pending", 1, "pending", 0)
    assert "Timeout" in first.scan_note


def test_a_round_begins_no_file_after_its_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    two_files()
    monkeypatch.setattr(scanning, "find_virus", lambda _stream, _url: "")
    monkeypatch.setattr(rows, "SECONDS_A_ROUND", 0)

    assert [scanning.scan_due_files() for _round in range(3)] == [1, 1, 0]


def test_the_checker_holds_up_nothing_that_people_wait_for() -> None:
    assert scanning.scan_due_files in worker.SLOW
    assert scanning.scan_due_files not in worker.QUICK
