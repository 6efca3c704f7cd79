"""Text extraction from files: in a process apart, searchable by the registrar, never blocking."""

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import storages

from registry import search
from registry.files import text as filetext
from registry.files.words import extract_words
from registry.models import Case, File, FileText
from registry.services.registration import Attachment, receive_message
from tests.factories import make_message
from tests.files.test_archives import DOCX, docx

pytestmark = pytest.mark.django_db
ODT = "application/vnd.oasis.opendocument.text"


def received(content: bytes, content_type: str) -> File:
    attachment = Attachment(name="bilaga", content_type=content_type, content=io.BytesIO(content))
    return receive_message(make_message(attachments=[attachment])).files.get()


def test_words_of_a_document_find_its_case() -> None:
    file = received(docx(), DOCX)

    done = filetext.extract_due_texts(), filetext.extract_due_texts()

    assert done == (1, 0)
    assert (file.text.text, file.text.fault) == ("Bredband i byn", "")
    assert list(search.search_cases(Case.objects.all(), "byn")) == [file.intake.record.case]


def test_words_of_a_pdf_are_read() -> None:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 720 Td (Bredband) Tj ET")
        pdf.save(target)
    file = received(target.getvalue(), "application/pdf")

    filetext.extract_due_texts()

    assert (file.text.text, file.text.fault) == ("Bredband", "")


def test_plain_text_and_open_document_are_read() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", ODT)
        archive.writestr(
            "content.xml", "<o:body xmlns:o='o'><o:h>Rubrik</o:h><o:p>Ett <o:s>st</o:s>ycke</o:p></o:body>"
        )

    assert extract_words(target.getvalue(), ODT) == "Rubrik Ett stycke"
    assert extract_words("Älvdal".encode(), "text/plain") == "Älvdal"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.7 nothing", "application/pdf"),
        (b"PK\x03\x04 nothing", DOCX),
        (docx(**{"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), DOCX),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
    ids=["pdf", "zip", "entities", "picture"],
)
def test_file_without_words_says_why_and_is_not_tried_again(content: bytes, content_type: str) -> None:
    file = received(content, content_type)

    done = filetext.extract_due_texts(), filetext.extract_due_texts()

    assert done == (1, 0)
    assert file.text.text == ""
    assert file.text.fault


def test_file_that_swells_is_stopped_by_the_limits() -> None:
    file = received(docx(**{"word/huge.xml": b"<a>" + b"x" * (45 * 2**20) * 4 + b"</a>"}), DOCX)

    filetext.extract_due_texts()

    assert len(file.text.text) <= 500_000


@pytest.mark.parametrize("scan", [File.Scan.PENDING, File.Scan.INFECTED])
def test_file_that_may_hold_a_virus_is_not_read(scan: str) -> None:
    received(b"text", "text/plain")
    File.objects.update(scan=scan)

    assert filetext.extract_due_texts() == 0
    assert not FileText.objects.exists()


def test_file_that_is_gone_from_the_storage_says_so() -> None:
    file = received(b"text", "text/plain")
    storages["private"].delete(file.file.name)

    filetext.extract_due_texts()

    assert file.text.fault == filetext._("The file could not be fetched from the storage.")


def test_reader_gets_none_of_our_settings(monkeypatch: Any) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(filetext.subprocess, "run", lambda *_args, **named: given.update(named))

    filetext._read_apart(0, "text/plain")

    assert given["env"] == {"LANG": "C.UTF-8"}
    assert given["timeout"] == filetext.SECONDS_AT_MOST
