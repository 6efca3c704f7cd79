"""Facts and text of Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300). Runs in the sandbox."""

import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, NamedTuple
from xml.parsers import expat

from files.extraction.facts import PAGES_AT_MOST, TITLE_AT_MOST, Facts, RefusedError
from files.extraction.findings import SLIDE, UNSEEN, Findings, OutOfTimeError
from files.extraction.hidden_parts import find_hidden_parts
from files.extraction.open_text import inspect_open_text, read_open_text
from files.extraction.slides import inspect_slides, list_slide_parts, read_slides
from files.extraction.spreadsheet import count_visible_sheets, inspect_workbook, read_sheets
from files.extraction.text_cleanup import clean_language_tag, clean_line
from files.extraction.word import inspect_document, read_document
from files.extraction.xml_parts import get_attribute, read_elements
from files.media_types import DOCX, ODT, PPTX, XLSX

SECONDS_TO_LOOK = 12.0
"""For finding hidden content, which reads a file to its end: enough for a few hundred thousand rows."""
ERRORS = (
    zipfile.BadZipFile,
    expat.ExpatError,
    KeyError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


class Reader(NamedTuple):
    """How to read a kind of file, find its hidden content, and count its pages."""

    read: Callable[[zipfile.ZipFile, int, Findings], Iterator[tuple[int, str]]]
    inspect: Callable[[zipfile.ZipFile, Findings], bool]
    count_pages: Callable[[zipfile.ZipFile], int]


READERS = {
    DOCX: Reader(read_document, inspect_document, lambda _archive: 1),
    ODT: Reader(read_open_text, inspect_open_text, lambda _archive: 1),
    PPTX: Reader(read_slides, inspect_slides, lambda archive: len(list_slide_parts(archive))),
    XLSX: Reader(read_sheets, inspect_workbook, count_visible_sheets),
}


def read_office_facts(stream: IO[bytes], media_type: str) -> Facts:
    """Return the facts of the file. Raise `RefusedError` for one that is broken or has active content."""
    findings = Findings(SECONDS_TO_LOOK)
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_macros(archive)
            facts = _read_metadata(archive, media_type)
            has_text = _look_through(archive, media_type, findings)
    except ERRORS as error:
        raise RefusedError("broken") from error
    hidden = findings.rows()
    if media_type == PPTX and facts.pages:
        facts = facts._replace(pages=facts.pages - sum(kind == SLIDE for kind, _place, _count in hidden))
    faults = {
        "no_text": not has_text,
        "no_language": not facts.language and media_type != XLSX,
        "no_title": not facts.title,
        "hidden_content": bool(hidden),
    }
    return facts._replace(faults=tuple(fault for fault, is_there in faults.items() if is_there), hidden=hidden)


def _look_through(archive: zipfile.ZipFile, media_type: str, findings: Findings) -> bool:
    """Find hidden content. Return whether there is visible text; a file that takes too long is assumed to have it."""
    try:
        find_hidden_parts(archive, findings)
        return READERS[media_type].inspect(archive, findings)
    except OutOfTimeError:
        findings.add(UNSEEN)
        return True


def read_office_texts(path: str, media_type: str, first: int, count: int) -> tuple[int, Iterator[tuple[int, str]]]:
    """Return the number of slides or sheets, and the text of some, from `first`; a text document is one page."""
    reader = READERS[media_type]
    try:
        archive = zipfile.ZipFile(path)
        of = reader.count_pages(archive)
    except ERRORS as error:
        raise RefusedError("broken") from error
    return of, _unbroken(islice(reader.read(archive, first, Findings()), count))


def _unbroken(pages: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    try:
        yield from pages
    except ERRORS as error:
        raise RefusedError("broken") from error


def _refuse_macros(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if any("vbaproject" in name or name.startswith(("xl/macrosheets/", "basic/", "scripts/")) for name in names):
        raise RefusedError("macros")
    if "meta-inf/manifest.xml" in names and read_elements(archive, "META-INF/manifest.xml", "encryption-data").all:
        raise RefusedError("encrypted")


def _read_metadata(archive: zipfile.ZipFile, media_type: str) -> Facts:
    """Return what the file declares. The pages of a text document are those that its program counted."""
    if media_type == ODT:
        meta = read_elements(archive, "meta.xml", "title", "language", "document-statistic")
        style = read_elements(archive, "styles.xml", "text-properties").all
        spoken = meta.found.get("language") or next(
            ("-".join(filter(None, (given.get("fo:language"), given.get("fo:country")))) for _n, given in style
             if given.get("fo:language", "none") != "none"), ""
        )  # fmt: skip
        pages = _count(meta.given.get("document-statistic", {}).get("meta:page-count", ""))
    else:
        meta = read_elements(archive, "docProps/core.xml", "title", "language")
        spoken = meta.found.get("language") or _language_of_runs(archive, media_type)
        pages = _pages(archive, media_type)
    if (pages or 0) > PAGES_AT_MOST:
        raise RefusedError("too_many_pages")
    title = clean_line(meta.found.get("title", ""), TITLE_AT_MOST)
    return Facts(media_type=media_type, pages=pages, language=clean_language_tag(spoken), title=title)


def _language_of_runs(archive: zipfile.ZipFile, media_type: str) -> str:
    """Return the language of a Word file's styles, or of the first text on a slide."""
    if media_type == DOCX:
        return get_attribute(read_elements(archive, "word/styles.xml", "lang").given.get("lang", {}), "val") or ""
    if media_type == PPTX:
        for name in list_slide_parts(archive)[:3]:
            for _name, given in read_elements(archive, name, "rPr", "endParaRPr").all:
                if given.get("lang"):
                    return given["lang"]
    return ""


def _pages(archive: zipfile.ZipFile, media_type: str) -> int | None:
    if media_type == DOCX:
        return _count(read_elements(archive, "docProps/app.xml", "Pages").found.get("Pages", ""))
    return READERS[media_type].count_pages(archive)


def _count(text: str) -> int | None:
    """Return the count that a program wrote, if it is a possible number of pages."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0 else None  # noqa: PLR2004
