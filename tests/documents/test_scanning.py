"""Documents' files are checked for viruses before the public gets them, as files of the registry are."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import ContentFile
from django.utils import timezone

from documents import scanning, versions
from documents.models import DocumentVersion, Scan
from mailroom.models import OutgoingMail
from rus_portal import worker
from tests.clamav import EICAR, Clamd
from tests.factories import make_document, make_staff, make_user
from tests.factories.files import make_docx, make_text_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.needs_program("clamd", package="clamav-daemon")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    server = Clamd(tmp_path_factory.mktemp("clamd"))
    yield server
    server.kill()


@pytest.fixture
def clamd(running: Clamd, settings: Any, tmp_path: Path) -> Clamd:
    settings.CLAMD_URL = running.url
    if running.process is None:
        running.start()
    return running


def added(content: bytes) -> DocumentVersion:
    return versions.add_version(make_document(versions=0), ContentFile(content, name="plan"), "Ny.", "New.")


def found(version: DocumentVersion) -> tuple[str, str, int, bool]:
    version.refresh_from_db()
    return version.scan, version.scan_note, version.scan_attempts, version.is_public


def test_clean_file_is_public_only_after_the_check(clamd: Clamd) -> None:
    version = added(make_text_pdf("Text"))
    before = found(version)

    tried = (scanning.scan_due_files(), scanning.scan_due_files())

    assert before == (Scan.PENDING, "", 0, False)
    assert (found(version), tried) == ((Scan.CLEAN, "", 0, True), (1, 0))


def test_infected_file_is_never_public(clamd: Clamd) -> None:
    sound, version = added(make_text_pdf("Text")), added(make_docx("Text", **{"word/media/a.bin": EICAR}))

    scanning.scan_due_files()

    assert found(version) == (Scan.INFECTED, "Test.EICAR.UNOFFICIAL", 0, False)
    assert found(sound)[0] == Scan.CLEAN


def test_those_who_look_after_a_document_are_told_of_a_virus_and_of_what_is_shown_instead(clamd: Clamd) -> None:
    responsible, editor, other = make_staff(), make_user(email="redaktor@example.org"), make_user(email="b@example.org")
    document = make_document(title="Planen", responsible=responsible)
    document.versions.update(created_at="2026-05-04T10:00Z")
    scanning.scan_due_files()
    for user in (other, editor):
        LogEntry.objects.log_actions(user.pk, [document], CHANGE)
    file = ContentFile(make_docx("Text", **{"word/media/a.bin": EICAR}), name="plan")
    versions.add_version(document, file, "Ny.", "New.")

    scanning.scan_due_files()
    scanning.scan_due_files()

    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.to for mail in mails] == [responsible.email, "redaktor@example.org"]
    assert {mail.subject for mail in mails} == {"Virus i version 2 av ”Planen”"}
    body = " ".join(mails[0].body.split())
    assert "Allmänheten får i stället version 1, från 4 maj 2026." in body
    assert f"/admin/documents/document/{document.pk}/change/" in body


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Dokumentets sida finns kvar, men det finns ingen fil som allmänheten kan få."),
        ({"publication": "draft"}, "Dokumentet är inte offentligt."),
    ],
)
def test_mail_about_a_virus_says_where_the_public_gets_nothing(clamd: Clamd, given: dict[str, Any], told: str) -> None:
    document = make_document(versions=0, responsible=make_staff(), **given)
    file = ContentFile(make_docx("Text", **{"word/media/a.bin": EICAR}), name="plan")
    versions.add_version(document, file, "Ny.", "New.")

    scanning.scan_due_files()

    assert told in OutgoingMail.objects.get().body


def test_file_waits_while_clamd_is_away_and_is_checked_when_it_is_back(clamd: Clamd) -> None:
    clamd.kill()
    version = added(make_text_pdf("Text"))

    tried = (scanning.scan_due_files(), scanning.scan_due_files())

    scan, note, attempts, is_public = found(version)
    assert (tried, scan, attempts, is_public) == ((1, 0), Scan.PENDING, 1, False)
    assert "Connection refused" in note
    assert version.scan_due_at > timezone.now()
    clamd.start()
    DocumentVersion.objects.update(scan_due_at=timezone.now())
    scanning.scan_due_files()
    assert found(version)[0] == Scan.CLEAN


def test_file_larger_than_clamd_takes_waits_and_says_so_while_others_are_checked(clamd: Clamd) -> None:
    large = added(make_docx("Text", **{"word/media/a.bin": random.Random(1).randbytes(6_000_000)}))  # noqa: S311
    small = added(make_text_pdf("Text"))

    scanning.scan_due_files()

    scan, note, attempts, is_public = found(large)
    assert (scan, attempts, is_public) == (Scan.PENDING, 1, False)
    assert "StreamMaxLength" in note
    assert found(small)[0] == Scan.CLEAN


def test_file_from_before_there_was_a_check_is_checked_now(clamd: Clamd, settings: Any) -> None:
    settings.CLAMD_URL = ""
    version = added(make_text_pdf("Text"))
    without = (scanning.scan_due_files(), *found(version))
    settings.CLAMD_URL = clamd.url

    scanning.scan_due_files()

    assert without == (0, Scan.UNCHECKED, "", 0, True)
    assert found(version)[0] == Scan.CLEAN


def test_file_that_is_gone_waits_and_holds_up_nothing(clamd: Clamd) -> None:
    version = added(make_text_pdf("Text"))
    version.file.storage.delete(version.file.name)

    scanning.scan_due_files()

    scan, note, attempts, _is_public = found(version)
    assert (scan, attempts, note.partition(":")[0]) == (Scan.PENDING, 1, "kunde inte kontrolleras")


def test_the_check_is_slow_work() -> None:
    assert scanning.scan_due_files in worker.SLOW
    assert scanning.scan_due_files not in worker.QUICK
