"""What runs in the sandbox, run in the tests' own process, with the same results.

The sandbox may not write, so coverage cannot be measured in it; here it is.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from documents import inspection
from documents.inspection import inspect_file
from documents.models import MediaType
from files.extraction.detection import read_facts
from files.extraction.facts import Facts, RefusedError
from files.extraction.sandbox import Limits, run_sandboxed
from files.extraction.texts import read_texts
from tests.documents import hostile
from tests.factories.files import make_docx, make_odt, make_pptx, make_text_pdf, make_xlsx

SOUND = {
    MediaType.PDF: make_text_pdf("Bredband i hela länet", None, "Fiber", title="Plan"),
    MediaType.DOCX: make_docx("Mål", "Fler ska ha ett arbete.", title="Plan", language="sv-SE"),
    MediaType.XLSX: make_xlsx([["Mål", 1], ["Medel", 2.5]], [["Andra bladet"]], title="Plan"),
    MediaType.PPTX: make_pptx("Första bilden", "Andra bilden", title="Plan", language="sv-SE"),
    MediaType.ODT: make_odt("Mål", "Fler ska ha ett arbete.", title="Plan", language="sv-SE"),
}


def within(path: Path) -> Facts | str:
    try:
        return inspection._parse_facts(json.loads(json.dumps(read_facts(str(path))._asdict())))
    except RefusedError as refusal:
        return refusal.code


def apart(content: bytes) -> Facts | str | None:
    try:
        return inspect_file(ContentFile(content))
    except ValidationError as refusal:
        return refusal.code


def texts_apart(path: Path, media_type: str) -> list[object]:
    with path.open("rb") as file:
        return list(run_sandboxed(file.fileno(), "texts", media_type, "1", "10", limits=Limits()).lines)


@pytest.mark.parametrize("media_type", SOUND)
def test_sound_file_is_told_of_and_read_alike(media_type: MediaType, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(SOUND[media_type])

    facts = within(path)

    assert isinstance(facts, Facts)
    assert (facts.media_type, facts) == (media_type.value, apart(SOUND[media_type]))
    assert list(read_texts(str(path), media_type.value, 1, 10)) == texts_apart(path, media_type.value)


@pytest.mark.parametrize("kind", [hostile.active, hostile.protected, hostile.two_things, hostile.odd_texts])
def test_hostile_pdf_is_refused_or_told_of_alike(kind: Iterable[bytes], tmp_path: Path) -> None:
    path, found, expected = tmp_path / "file", [], []
    for content in kind():  # type: ignore[operator]
        path.write_bytes(content)
        found.append(within(path))
        expected.append(apart(content))

    assert found == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (make_docx("Mål", **{"word/vbaProject.bin": b"x"}), "macros"),
        (make_docx("Mål")[:-40], "broken"),
        (b"Bara text", "not_taken"),
    ],
    ids=["macros", "cut off", "text"],
)
def test_other_file_is_refused_alike(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert (within(path), apart(content)) == (code, code)


def test_archive_that_is_no_office_file_is_not_taken(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    (tmp_path / "file").write_bytes(packed.getvalue())

    assert (within(tmp_path / "file"), apart(packed.getvalue())) == ("not_taken", "not_taken")
