"""Hidden content is left out of a file's text, and reported without being shown."""

from pathlib import Path

import pytest

from documents.hidden_content import describe_hidden
from documents.models import MediaType
from files.extraction.detection import read_facts
from files.extraction.texts import read_texts
from tests.files.hidden_case import HIDDEN, Found
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
CASES = [(media_type, *case) for media_type, files in FILES.items() for case in files.values()]
IDS = [f"{media_type.suffix} {name}" for media_type, files in FILES.items() for name in files]


@pytest.mark.parametrize(("media_type", "content", "seen", "found"), CASES, ids=IDS)
def test_hidden_content_is_left_out_and_told_of(
    media_type: str, content: bytes, seen: list[str], found: Found, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    facts = read_facts(str(path))
    pages = [line["text"] for line in read_texts(str(path), media_type, 1, 10) if "text" in line]

    assert (facts.media_type, pages, facts.hidden) == (media_type, seen, found)
    assert ("hidden_content" in facts.faults) == bool(found)
    assert HIDDEN not in "".join([*map(str, pages), facts.title, *describe_hidden(facts.hidden)])
