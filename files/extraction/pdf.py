"""Facts and text of a PDF (ISO 32000): structure by pikepdf, bookmarks and text by pdfium. Runs in the sandbox."""

import time
from collections.abc import Iterator
from itertools import islice

import pikepdf
import pypdfium2

from files.extraction import active_content
from files.extraction.facts import (
    LEVELS_AT_MOST,
    OUTLINE_AT_MOST,
    PAGES_AT_MOST,
    PAGES_WITHOUT_BOOKMARKS,
    TITLE_AT_MOST,
    Facts,
    RefusedError,
)
from files.extraction.findings import LAYER
from files.extraction.layers import find_hidden_layers
from files.extraction.pages import Pages
from files.extraction.text_cleanup import clean_language_tag, clean_line
from files.media_types import PDF

OBJECTS_AT_MOST = 2_000_000
SAMPLED_AT_MOST = 300
SECONDS_TO_SAMPLE = 6.0
STRIDE = 7
ERRORS = (pikepdf.PdfError, pypdfium2.PdfiumError, AttributeError, KeyError, IndexError, TypeError, ValueError, OSError)
"""What the libraries raise for a broken file."""


def read_pdf_facts(path: str) -> Facts:
    """Return the facts of a PDF. Raise `RefusedError` for one that is broken, encrypted or has active content."""
    try:
        # As a stream: a memory-mapped file of 200 MB would count as memory.
        with pikepdf.open(path, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
            facts, layers = _structure(pdf), find_hidden_layers(pdf)
        return _with_contents(path, facts._replace(hidden=tuple((LAYER, name, 1) for name in layers.values())), layers)
    except pikepdf.PasswordError as error:
        raise RefusedError("encrypted") from error
    except ERRORS as error:
        raise RefusedError("broken") from error


def _structure(pdf: pikepdf.Pdf) -> Facts:
    if pdf.is_encrypted:  # and yet opened: with an empty password
        raise RefusedError("encrypted")
    if int(pdf.trailer.get("/Size", 0)) > OBJECTS_AT_MOST:
        raise RefusedError("too_many_objects")
    pages = len(pdf.pages)
    if pages == 0:
        raise ValueError("no pages")
    if pages > PAGES_AT_MOST:
        raise RefusedError("too_many_pages")
    if found := active_content.find_active_content(pdf):
        raise RefusedError(found)
    marks = pdf.Root.get("/MarkInfo")
    is_marked = isinstance(marks, pikepdf.Dictionary) and marks.get("/Marked", False) is True
    return Facts(
        media_type=PDF,
        pages=pages,
        tagged=is_marked and isinstance(pdf.Root.get("/StructTreeRoot"), pikepdf.Dictionary),
        language=clean_language_tag(_text(pdf.Root.get("/Lang"))),
        title=_title(pdf),
    )


def _title(pdf: pikepdf.Pdf) -> str:
    """Return the title from the information dictionary, or else from the XMP metadata of newer files."""
    try:
        if title := clean_line(_text(pdf.docinfo.get("/Title")), TITLE_AT_MOST):
            return title
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            return clean_line(metadata.get("dc:title") or "", TITLE_AT_MOST)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - XMP is XML of any kind, and a file without a title is still a file
        return ""


def _text(value: object) -> str:
    return str(value) if isinstance(value, pikepdf.String) else ""


def _with_contents(path: str, facts: Facts, layers: dict[bytes, str]) -> Facts:
    """Return the facts with what pdfium finds: bookmarks, and whether pages lack text."""
    pages = Pages(path, layers)
    outline = tuple(islice(_outline(pages.document), OUTLINE_AT_MOST))
    return _with_faults(facts._replace(outline=outline), *_text_in(pages, min(facts.pages or 0, len(pages))))


def _with_faults(facts: Facts, has_text: bool, has_pictures: bool) -> Facts:  # noqa: FBT001
    found = {
        "untagged": not facts.tagged,
        "no_text": not has_text,
        "some_no_text": has_text and has_pictures,
        "no_language": not facts.language,
        "no_title": not facts.title,
        "hidden_content": bool(facts.hidden),
        "no_bookmarks": (facts.pages or 0) > PAGES_WITHOUT_BOOKMARKS and not facts.outline,
    }
    return facts._replace(faults=tuple(fault for fault, is_there in found.items() if is_there))


def _outline(document: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, int]]:
    """Yield the bookmarks that lead to a page. pdfium stops at circles."""
    for bookmark in document.get_toc(max_depth=LEVELS_AT_MOST):
        try:
            title = clean_line(bookmark.get_title(), TITLE_AT_MOST)
        except UnicodeDecodeError:
            continue
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        if title and page is not None and page >= 0:
            yield bookmark.level, title, page + 1


def _text_in(pages: Pages, count: int) -> tuple[bool, bool]:
    """Return whether any page has text, and whether any is only a picture; of many pages, a sample is read."""
    some_text = some_pictures = False
    deadline = time.monotonic() + SECONDS_TO_SAMPLE
    for number in _spread(count):
        if pages.text(number).strip():
            some_text = True
        else:
            some_pictures = some_pictures or pages.is_picture(number)
        if (some_text and some_pictures) or time.monotonic() > deadline:
            break
    return some_text, some_pictures


def _spread(count: int) -> list[int]:
    """Return the sampled pages in an order that is evenly spread even if time runs out."""
    chosen = min(count, SAMPLED_AT_MOST)
    numbers = [index * count // chosen + 1 for index in range(chosen)]
    return [number for start in range(STRIDE) for number in numbers[start::STRIDE]]


def read_pdf_texts(path: str, first: int, count: int) -> tuple[int, Iterator[tuple[int, str]]]:
    """Return the number of pages, and the text of some, from `first`."""
    try:
        pages = Pages(path, _hidden_layers_of(path))
    except ERRORS as error:
        raise RefusedError("broken") from error
    of = len(pages)
    return of, ((number, pages.text(number)) for number in range(first, min(first + count, of + 1)))


def _hidden_layers_of(path: str) -> dict[bytes, str]:
    """Return the hidden layers; none for a file that only pdfium can open."""
    try:
        with pikepdf.open(path, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
            return find_hidden_layers(pdf)
    except (*ERRORS, pikepdf.PasswordError):
        return {}
