"""A full disk: nothing is acknowledged, no part of a file stays, text is kept, and room is all that it takes."""

import io
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from lxml import html

from accounts.roles import Role
from documents.models import Document
from files.circuit_breaker import StorageAwayError
from files.extraction.sandbox import open_on_disk
from files.local import LocalStorage
from mailroom.models import IncomingMail
from registry.models import File, Intake
from registry.services.mail_intake import take_due_mail
from tests.contacts.test_contact_form import open_form
from tests.documents.test_admin import document_data
from tests.factories import make_incoming_mail, make_readable_pdf_file, make_staff, make_user
from tests.visitors.test_large_bodies import send_as_a_server

pytestmark = pytest.mark.django_db
MEBIBYTE = 2**20
LARGE = b"%PDF-1.7 " + bytes(2 * MEBIBYTE)
ADDRESS = "/kontakt/frida-bergman/"


class SmallDisk:
    """A disk of one megabyte, or at least one on which no file may have more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_mounted = os.getuid() == 0 and self._mount("size=1m")
        self.limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        if not self.is_mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MEBIBYTE, self.limits[1]))

    def make_room(self) -> None:
        if self.is_mounted:
            self._mount("remount,size=64m")
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

    def remove(self) -> None:
        self.make_room()
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def list_files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def _mount(self, options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.folder)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    small = SmallDisk(tmp_path)
    yield small
    small.remove()


def keep_in(storage: Any, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a storage lie on the small disk."""
    for name in ("base_location", "location"):
        monkeypatch.setitem(storage.__dict__, name, str(disk.folder))


def make_large_pdf_file() -> bytes:
    large = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_readable_pdf_file("plan"))) as pdf:
        pdf.Root.PortalFiller = pdf.make_stream(os.urandom(2 * MEBIBYTE))
        pdf.save(large)
    return large.getvalue()


@pytest.mark.parametrize("place", ["storage", "upload"])
def test_message_whose_file_finds_no_room_keeps_its_text_and_is_taken_when_there_is_some(
    client: Client, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch, settings: Any, place: str
) -> None:
    if place == "storage":
        keep_in(storages["private"], disk, monkeypatch)
    else:
        settings.FILE_UPLOAD_TEMP_DIR = disk.folder
    make_staff(slug="frida-bergman")
    typed = {"message": "Här är ritningarna.", "name": "Åsa", "token": open_form(client, ADDRESS)}

    def sent() -> Any:
        files = [SimpleUploadedFile("liten.txt", b"Text"), SimpleUploadedFile("stor.pdf", LARGE)]
        return client.post(ADDRESS, {"attachments": files, "subject": "Ritningar", **typed})

    refused, left, intakes = sent(), disk.list_files(), Intake.objects.count()
    disk.make_room()
    taken = sent()

    page = html.document_fromstring(refused.content.decode())
    assert (refused.status_code, left, intakes) == (503, [], 0)
    assert page.xpath("string(//textarea[@name='message'])").strip() == "Här är ritningarna."
    assert page.xpath("//input[@name='name']/@value") == ["Åsa"]
    assert "har inte tagits emot, eftersom bifogade filer inte kan sparas just nu" in page.text_content()
    assert taken.status_code == 303
    assert sorted(file.size for file in File.objects.all()) == [4, len(LARGE)]


@pytest.mark.parametrize("place", ["storage", "upload"])
def test_document_that_finds_no_room_keeps_what_was_typed(
    client: Client, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch, settings: Any, place: str
) -> None:
    if place == "storage":
        keep_in(storages["default"], disk, monkeypatch)
    else:
        settings.FILE_UPLOAD_TEMP_DIR = disk.folder
    client.force_login(make_user(Role.COORDINATOR))
    file = make_large_pdf_file()

    def sent() -> Any:
        given = document_data(file, title_sv="Planen", summary_sv="<p>Två\nrader & “citat”</p>")
        return client.post("/admin/documents/document/add/", given, headers={"Origin": "http://testserver"})

    refused, left, documents = sent(), disk.list_files(), Document.objects.count()
    disk.make_room()
    taken = sent()

    page = html.document_fromstring(refused.content.decode())
    assert (refused.status_code, refused["Retry-After"], left, documents) == (503, "30", [], 0)
    assert page.xpath("string(//textarea[@name='title_sv'])").strip() == "Planen"
    assert page.xpath("string(//textarea[@name='summary_sv'])").strip() == "<p>Två\nrader & “citat”</p>"
    assert page.xpath("//input[@type='hidden'][@name='kind']/@value") == ["action_plan"]
    assert "plan.pdf" in page.text_content()
    assert taken.status_code == 302, taken.context["error_links"]


def test_mail_whose_file_finds_no_room_waits_for_it(disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_in(storages["private"], disk, monkeypatch)
    head = (
        b"Subject: Ritningar\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nText."
    )
    part = b"\r\n--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n"
    mail = make_incoming_mail(head + part + b"a line\r\n" * 300_000 + b"--x--\r\n")

    take_due_mail()
    left, waiting = disk.list_files(), IncomingMail.objects.filter(state="fetched", attempts=0).count()
    disk.make_room()
    IncomingMail.objects.update(due_at=mail.received_at)
    take_due_mail()

    mail.refresh_from_db()
    assert (left, waiting, mail.state, File.objects.count()) == ([], 1, "taken", 1)


def test_copy_of_a_remote_file_that_finds_no_room_says_nothing_of_the_file(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(disk.folder))

    with pytest.raises(StorageAwayError, match="The disk did not take"), open_on_disk(ContentFile(LARGE)):
        pass


def test_two_files_of_one_name_do_not_touch_each_other(tmp_path: Path, settings: Any) -> None:
    storage = LocalStorage(tmp_path)
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)  # the first upload makes it
    uploaded = TemporaryUploadedFile("a.txt", "text/plain", 0, None)
    uploaded.write(b"moved")
    uploaded.flush()

    names = [storage.save("a.txt", ContentFile(b"first")), storage.save("a.txt", uploaded)]
    uploaded.close()

    assert [Path(storage.path(name)).read_bytes() for name in names] == [b"first", b"moved"]


@pytest.mark.parametrize("is_chunked", [False, True], ids=["length told", "in chunks"])
def test_large_form_that_finds_no_room_as_it_comes_keeps_its_text(
    client: Client, disk: SmallDisk, settings: Any, *, is_chunked: bool
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = disk.folder
    make_staff(slug="frida-bergman")
    typed = {"subject": "Ritningar", "message": "Här är ritningarna.", "token": open_form(client, ADDRESS)}
    files = [SimpleUploadedFile("stor.pdf", LARGE)]

    refused = send_as_a_server(
        encode_multipart(BOUNDARY, typed | {"attachments": files}), ADDRESS, is_chunked=is_chunked
    )

    page = html.document_fromstring(refused.content.decode())
    assert (refused.status_code, disk.list_files(), Intake.objects.count()) == (503, [], 0)
    assert page.xpath("string(//textarea[@name='message'])").strip() == "Här är ritningarna."
    assert "har inte tagits emot, eftersom bifogade filer inte kan sparas just nu" in page.text_content()
