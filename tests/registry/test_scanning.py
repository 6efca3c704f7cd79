"""Files scanned by a real ClamAV with a signature of our own, and what happens while it is down."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from registry.files import scanning
from registry.models import Event, EventPayload, File
from registry.services.registration import Attachment, receive_message
from registry.verification import find_faults
from tests.clamav import EICAR, Clamd
from tests.factories import make_message, make_user
from tests.files.test_archives import DOCX, bomb, docx

pytestmark = [pytest.mark.django_db, pytest.mark.needs_program("clamd", package="clamav-daemon")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    server = Clamd(tmp_path_factory.mktemp("clamd"))
    yield server
    server.kill()


@pytest.fixture
def clamd(running: Clamd, settings: Any) -> Clamd:
    settings.CLAMD_URL = running.url
    if running.process is None:
        running.start()
    return running


def received(content: bytes, content_type: str = "text/plain") -> File:
    attachment = Attachment(name="bilaga", content_type=content_type, content=io.BytesIO(content))
    return receive_message(make_message(attachments=[attachment])).files.get()


def zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("virus.com", content)
    return target.getvalue()


def due_now() -> None:
    File.objects.update(scan_due_at=timezone.now())


def test_clean_file_is_given_out_only_after_the_check(clamd: Clamd, client: Client) -> None:
    file = received(b"Bara text.")
    client.force_login(make_user(Role.REGISTRAR))
    url = reverse("admin:registry_file", args=[file.pk])

    before = client.get(url).status_code
    tried = scanning.scan_due_files()

    file.refresh_from_db()
    assert (before, tried) == (409, 1)
    assert (file.scan, file.scan_note, file.scanned_at is None) == (File.Scan.CLEAN, "", False)
    answer = client.get(url)
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"Bara text."
    assert not Event.objects.filter(kind=Event.Kind.FILE_SCANNED).exists()


@pytest.mark.parametrize(
    ("wrap", "content_type"),
    [
        (lambda: EICAR, "text/plain"),
        (lambda: zipped(EICAR), "application/zip"),
        (lambda: docx(**{"word/media/a.bin": EICAR}), DOCX),
    ],
    ids=["plain", "zip", "docx"],
)
def test_infected_file_is_kept_and_never_given_out(
    clamd: Clamd, client: Client, wrap: Callable[[], bytes], content_type: str
) -> None:
    content = wrap()
    file = received(content, content_type)
    client.force_login(make_user(Role.REGISTRAR))

    scanning.scan_due_files()

    file.refresh_from_db()
    assert (file.scan, file.scan_note) == (File.Scan.INFECTED, "Test.EICAR.UNOFFICIAL")
    assert client.get(reverse("admin:registry_file", args=[file.pk])).status_code == 409
    with file.file.open() as kept:
        assert kept.read() == content
    event = Event.objects.get(kind=Event.Kind.FILE_SCANNED)
    assert event.case == file.intake.record.case
    assert b"Test.EICAR" in bytes(EventPayload.objects.get(event=event).data)
    assert list(scanning.find_infected_files()) == [file]
    assert list(find_faults()) == []


def test_archive_that_clamd_passes_is_held_back_as_suspicious(clamd: Clamd) -> None:
    file = received(bomb(), DOCX)

    scanning.scan_due_files()

    file.refresh_from_db()
    assert file.scan == File.Scan.INFECTED
    assert file.scan_note


def test_file_waits_while_clamd_is_killed_and_is_checked_when_it_is_back(clamd: Clamd) -> None:
    first = received(b"ett")
    scanning.scan_due_files()
    clamd.kill()
    second = received(b"tv")

    scanning.scan_due_files()
    again_too_soon = scanning.scan_due_files()

    second.refresh_from_db()
    assert again_too_soon == 0
    assert (second.scan, second.scan_attempts, second.may_be_opened) == (File.Scan.PENDING, 1, False)
    assert second.scan_note
    assert second.scan_due_at > timezone.now()
    assert list(scanning.find_waiting_files()) == [second]

    clamd.start()
    due_now()
    scanning.scan_due_files()

    assert set(File.objects.values_list("pk", "scan")) == {
        (first.pk, File.Scan.CLEAN),
        (second.pk, File.Scan.CLEAN),
    }
    assert list(scanning.find_waiting_files()) == []


def test_file_that_clamd_refuses_waits_and_registration_is_not_disturbed(clamd: Clamd) -> None:
    file = received(b"x" * 6_000_000)

    scanning.scan_due_files()

    file.refresh_from_db()
    assert (file.scan, file.scan_attempts) == (File.Scan.PENDING, 1)
    assert file.intake.record.case.registration_number


def test_file_from_before_the_checker_was_set_up_is_checked_now(clamd: Clamd, settings: Any) -> None:
    settings.CLAMD_URL = ""
    file = received(EICAR)
    without = scanning.scan_due_files()
    settings.CLAMD_URL = clamd.url

    scanning.scan_due_files()

    before, file = file.scan, File.objects.get(pk=file.pk)
    assert (without, before, file.scan) == (0, File.Scan.UNCHECKED, File.Scan.INFECTED)


def test_desk_shows_what_waits_and_what_is_infected(clamd: Clamd, client: Client, settings: Any) -> None:
    received(EICAR)
    scanning.scan_due_files()
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    received(b"text")
    scanning.scan_due_files()
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get("/admin/").content.decode()

    assert "Test.EICAR.UNOFFICIAL" in page
    assert "Connection refused" in page
