"""Text extraction from files: in a process apart, searchable by the registrar, never blocking."""

import io
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import storages

from files.extraction.sandbox import Answer, Limits
from registry import search
from registry.files import text as filetext
from registry.models import Case, File, FileText
from registry.services.registration import Attachment, receive_message
from tests.factories import make_message
from tests.files.test_archives import DOCX, docx

pytestmark = pytest.mark.django_db
DAMAGED = "Filen är skadad, låst eller för stor för att läsas."


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


def test_file_is_read_in_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    file = received(b"text", "text/plain")
    asked: list[Any] = []

    def ask(_descriptor: int, *question: str, limits: Limits) -> Answer:
        asked.extend([*question, limits])
        return Answer([{"text": "Hej"}], is_whole=True, ran_out=False, seconds=0.1, memory=1)

    monkeypatch.setattr(filetext, "run_sandboxed", ask)

    filetext.extract_due_texts()

    assert (asked, file.text.text) == (["all_text", "text/plain", Limits()], "Hej")


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer([{"text": "Hej"}], False, True, 25.0, 1), "Det tog för lång tid att läsa filen."),
        (Answer([{"text": "Hej"}], False, True, 1.0, 1), DAMAGED),
        (Answer([{"text": "Hej"}], False, False, 1.0, 1), "Filen är skadad, låst eller för stor för att läsas."),
        (
            Answer([{"text": "Hej"}, {"refused": "broken"}], True, False, 1.0, 1),
            "Filen är skadad, låst eller för stor för att läsas.",
        ),
    ],
    ids=["slow", "without memory", "cut off", "refused"],
)
def test_half_an_answer_is_none(monkeypatch: pytest.MonkeyPatch, answer: Answer, fault: str) -> None:
    file = received(b"text", "text/plain")
    monkeypatch.setattr(filetext, "run_sandboxed", lambda *_question, **_limits: answer)

    filetext.extract_due_texts()

    assert (file.text.text, file.text.fault) == ("", fault)
