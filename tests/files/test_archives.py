"""Office files with false listings, and sound ones."""

import zipfile
from io import BytesIO

import pytest

from files import archives

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx(**more: bytes) -> bytes:
    """Return a Word document, by its type, with more members."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document>Bredband i byn</document>")
        for name, content in more.items():
            archive.writestr(name, content)
    return target.getvalue()


def bomb() -> bytes:
    return docx(**{"word/media/bomb.bin": b"\0" * (30 * archives.MEBIBYTE)})


def with_many_parts() -> bytes:
    return docx(**{f"word/{number}.xml": b"" for number in range(archives.MEMBERS_AT_MOST)})


def with_a_wrong_checksum() -> bytes:
    content = docx(**{"word/plain.bin": b"sentinel"})
    start = content.index(b"word/plain.bin") + len(b"word/plain.bin")
    return content[:start] + bytes([content[start] ^ 0xFF]) + content[start + 1 :]


BROKEN = {
    "bomb": bomb,
    "truncated": lambda: docx(**{"word/a.bin": bytes(range(256)) * 50})[:-100],
    "wrong checksum": with_a_wrong_checksum,
    "many parts": with_many_parts,
    "path upwards": lambda: docx(**{"word/../../etc/passwd": b"x"}),
    "absolute path": lambda: docx(**{"/etc/passwd": b"x"}),
    "drive": lambda: docx(**{"C:\\x": b"x"}),
    "archive within": lambda: docx(**{"word/inner.zip": docx()}),
    "packed within": lambda: docx(**{"word/inner.bin": b"\x1f\x8b\x08\x00 gzip"}),
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN)
def test_archive_that_is_broken_or_swells_has_a_fault(make) -> None:  # type: ignore[no-untyped-def]
    assert archives.find_fault(BytesIO(make()), DOCX)


@pytest.mark.parametrize(
    "content", [docx(), docx(**{"word/embeddings/sheet.xlsx": docx()})], ids=["plain", "with a sheet"]
)
def test_sound_archive_has_no_fault(content: bytes) -> None:
    assert archives.find_fault(BytesIO(content), DOCX) == ""


def test_other_files_are_not_taken_for_archives() -> None:
    assert archives.find_fault(BytesIO(b"%PDF-1.7"), "application/pdf") == ""
