"""The pages of a PDF, read by pdfium in little memory. Runs in the sandbox."""

import ctypes
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

KEPT_AT_MOST = 48 * 2**20
"""pdfium caches the pictures of loaded pages; when they take more than this, the file is reopened."""
FORMS_WITHIN = 4
NAME_AT_MOST = 1_000
ERRORS = (pypdfium2.PdfiumError, AttributeError, KeyError, IndexError, TypeError, ValueError, OSError)
STATM = Path("/proc/self/statm")


class Pages:
    """A PDF's pages, counted from 1. Raise `PdfiumError` for a file that cannot be opened."""

    def __init__(self, path: str, hidden_layers: Collection[bytes] = ()) -> None:
        self.path = path
        self.hidden_layers = frozenset(filter(None, hidden_layers))
        self.document = self._open()
        self.resident = _resident()

    def __len__(self) -> int:
        return len(self.document)

    def text(self, number: int) -> str:
        """Return a page's text; empty if the page cannot be loaded."""
        try:
            with self._page(number) as page:
                if self.hidden_layers:
                    self._hide_layers(page)
                return str(page.get_textpage().get_text_bounded(errors="ignore"))
        except ERRORS:
            return ""

    def _hide_layers(self, page: pypdfium2.PdfPage) -> None:
        """Deactivate what is on hidden layers: pdfium would find its text like any other."""
        for thing in page.get_objects(max_depth=FORMS_WITHIN):
            marks = pdfium.FPDFPageObj_CountMarks(thing.raw)
            if any(_layer(thing, number) in self.hidden_layers for number in range(max(marks, 0))):
                pdfium.FPDFPageObj_SetIsActive(thing.raw, False)  # noqa: FBT003 - pdfium's own signature

    def is_picture(self, number: int) -> bool:
        """Whether a page has a picture."""
        try:
            with self._page(number) as page:
                return any(True for _object in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        except ERRORS:
            return False

    @contextmanager
    def _page(self, number: int) -> Iterator[pypdfium2.PdfPage]:
        if _resident() > self.resident + KEPT_AT_MOST:
            self.document.close()
            self.document = self._open()
            self.resident = _resident()
        page = self.document[number - 1]
        try:
            yield page
        finally:
            page.close()

    def _open(self) -> pypdfium2.PdfDocument:
        """Open the file, to be read on demand. pypdfium2 itself would look for the file's real name."""
        document = pdfium.FPDF_LoadDocument(self.path.encode() + b"\0", None)
        if not document:
            raise pypdfium2.PdfiumError("pdfium cannot load the file")
        return pypdfium2.PdfDocument(document, autoclose=True)


def _layer(thing: pypdfium2.PdfObject, number: int) -> bytes:
    """Return the name of the layer that one of an object's marks puts it on, in bytes; empty for other marks."""
    mark = pdfium.FPDFPageObj_GetMark(thing.raw, number)
    space, length = (ctypes.c_ubyte * NAME_AT_MOST)(), ctypes.c_ulong()
    is_counted = pdfium.FPDFPageObjMark_GetParamBlobValue(mark, b"Name", space, NAME_AT_MOST, length)
    return bytes(space[: min(length.value, NAME_AT_MOST)]) if is_counted else b""


def _resident() -> int:
    """Return the resident memory in bytes (proc(5))."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
