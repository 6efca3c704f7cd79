"""The registry's search finds all text of a file, what its readers do not see too."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from documents.models import MediaType
from files.extraction import all_text
from files.extraction.all_text import read_all_text
from files.extraction.facts import RefusedError
from files.extraction.texts import read_texts
from files.media_types import ODS
from tests.factories.files import make_docx, make_text_pdf
from tests.files.hidden_case import HIDDEN
from tests.files.hidden_open_text import OPEN_FILES
from tests.files.hidden_pdf import PDF_FILES
from tests.files.hidden_sheets import SHEET_FILES
from tests.files.hidden_slides import SLIDE_FILES
from tests.files.hidden_word import WORD_FILES

FILES = {
    MediaType.DOCX: WORD_FILES,
    MediaType.XLSX: SHEET_FILES,
    MediaType.PPTX: SLIDE_FILES,
    MediaType.ODT: OPEN_FILES,
    MediaType.PDF: PDF_FILES,
}
ELSEWHERE = {
    *("figures behind a chart", "names", "data behind a pivot table", "values of another workbook", "whole file"),
    *("xlsx comments", "pptx comments", "hidden text by condition"),
    *("format of a colour", "format that hides numbers", "format that hides less than nothing"),  # they hide a number
}
"""Files whose hidden content is not in a text of the document itself."""
CASES = [
    pytest.param(media_type, content, id=f"{media_type.suffix} {name}")
    for media_type, files in FILES.items()
    for name, (content, _seen, found) in files.items()
    if found and not {name, f"{media_type.suffix} {name}"} & ELSEWHERE
]


def read_text(path: Path, content: bytes, media_type: str) -> str:
    path.write_bytes(content)
    return "\n".join(line["text"] for line in read_all_text(str(path), media_type))


@pytest.mark.parametrize(("media_type", "content"), CASES)
def test_hidden_text_is_read_too(media_type: str, content: bytes, tmp_path: Path) -> None:
    assert HIDDEN in read_text(tmp_path / "file", content, media_type)


def test_words_that_everyone_sees_are_read_as_in_documents(tmp_path: Path) -> None:
    content = make_text_pdf("Bredband i hela länet", None, "Fiber")
    path = tmp_path / "file"
    text = read_text(path, content, "application/pdf")

    pages = [line["text"] for line in read_texts(str(path), "application/pdf", 1, 10) if "text" in line]

    assert text.splitlines() == ["Bredband i hela länet", "", "Fiber"] == pages


def test_plain_text_and_open_document_are_read(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr(
            "content.xml", "<o:body xmlns:o='o'><o:h>Rubrik</o:h><o:p>Ett <o:s>st</o:s>ycke</o:p></o:body>"
        )

    assert read_text(tmp_path / "sheet", target.getvalue(), ODS) == "Rubrik Ett stycke"
    assert read_text(tmp_path / "text", "Älvdal".encode(), "text/plain") == "Älvdal"


def test_no_more_is_read_than_a_search_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_text, "CHARACTERS_AT_MOST", 10)

    assert len(read_text(tmp_path / "file", make_docx("Bredband " * 5), MediaType.DOCX)) == 10


def test_part_that_swells_is_refused(tmp_path: Path) -> None:
    content = make_docx("Mål", **{"word/huge.xml": b"<a>" + b"x" * (51 * 2**20) + b"</a>"})

    with pytest.raises(RefusedError):
        read_text(tmp_path / "file", content, MediaType.DOCX)


@pytest.mark.parametrize(
    ("shown", "whole"),
    [(b"utveck-", "utvecklingsarbete"), (b"EU-", "EU-Lingsarbete")],
)
def test_word_of_a_pdf_that_is_broken_over_two_lines_is_whole(shown: bytes, whole: str, tmp_path: Path) -> None:
    second = b"lingsarbete" if whole.startswith("u") else b"Lingsarbete"
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 720 Td (%s) Tj 0 -30 Td (%s) Tj ET" % (shown, second))
        pdf.save(target)

    assert read_text(tmp_path / "file", target.getvalue(), "application/pdf") == whole
