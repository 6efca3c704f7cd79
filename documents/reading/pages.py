"""The pages of a PDF, by pdfium, in little memory. Runs apart."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

KEPT_AT_MOST = 48 * 2**20
"""pdfium keeps the pictures of the pages that it has loaded; with so much of them the file is opened anew."""
ERRORS = (pypdfium2.PdfiumError, AttributeError, KeyError, IndexError, TypeError, ValueError, OSError)
STATM = Path("/proc/self/statm")


class Pages:
    """A PDF's pages, counted from 1. Raises `PdfiumError` for a file that cannot be opened."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.document = self._opened()
        self.resident = _resident()

    def __len__(self) -> int:
        return len(self.document)

    def text(self, number: int) -> str:
        """A page that cannot be loaded has no text; the others have theirs."""
        try:
            with self._page(number) as page:
                return str(page.get_textpage().get_text_bounded(errors="ignore"))
        except ERRORS:
            return ""

    def is_picture(self, number: int) -> bool:
        """Whether a page shows a picture."""
        try:
            with self._page(number) as page:
                return any(True for _object in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        except ERRORS:
            return False

    @contextmanager
    def _page(self, number: int) -> Iterator[pypdfium2.PdfPage]:
        if _resident() > self.resident + KEPT_AT_MOST:
            self.document.close()
            self.document = self._opened()
            self.resident = _resident()
        page = self.document[number - 1]
        try:
            yield page
        finally:
            page.close()

    def _opened(self) -> pypdfium2.PdfDocument:
        """Read from the disk as it is needed. pypdfium2 itself would look for the name that the file had."""
        document = pdfium.FPDF_LoadDocument(self.path.encode() + b"\0", None)
        if not document:
            raise pypdfium2.PdfiumError("pdfium cannot load the file")
        return pypdfium2.PdfDocument(document, autoclose=True)


def _resident() -> int:
    """Bytes of memory in use (proc(5))."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
