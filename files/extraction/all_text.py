"""All text of a file, what its readers do not see too: for the registry's search by staff. Runs in the sandbox."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from files.extraction.facts import PAGES_AT_MOST
from files.extraction.text_cleanup import clean_lines, rebuild_paragraphs
from files.extraction.xml_parts import Part
from files.media_types import PDF, TEXT

CHARACTERS_AT_MOST = 500_000
PARTS_AT_MOST = 500
OFFICE_TEXTS = ("word/", "xl/sharedStrings", "xl/worksheets/", "ppt/slides/", "ppt/notesSlides/", "content.xml")
"""Where Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300) keep their text."""
BREAKS = frozenset({"p", "h", "si", "c", "tab", "br", "line-break"})
"""Elements after which a new word begins; a run (`w:t`) may end in the middle of one."""


class AllText(Part):
    """All character data of a part."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def end(self, name: str) -> None:
        if name in BREAKS:
            self.pieces.append(" ")

    def characters(self, text: str) -> None:
        self.pieces.append(text)


def read_all_text(path: str, media_type: str) -> Iterator[dict[str, str]]:
    """Yield the text of each page or part, in reading order as far as the format tells."""
    left = CHARACTERS_AT_MOST
    for piece in _pieces(path, media_type):
        text = piece[:left]
        yield {"text": text}
        left -= len(text) + 1
        if left <= 0:
            return


def _pieces(path: str, media_type: str) -> Iterator[str]:
    if media_type == PDF:
        from files.extraction.pages import Pages

        pages = Pages(path)
        for number in range(1, min(len(pages), PAGES_AT_MOST) + 1):
            yield rebuild_paragraphs(pages.text(number))
    elif media_type == TEXT:
        yield clean_lines(Path(path).read_bytes().decode(errors="replace"))
    else:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith(OFFICE_TEXTS) and name.endswith(".xml")]
            for name in names[:PARTS_AT_MOST]:
                part = AllText()
                part.read(archive, name)
                yield clean_lines("".join(part.pieces))
