"""What is told of a file, by the process that opened it and to those who asked."""

from typing import Any, NamedTuple

PAGES_AT_MOST = 10_000
OUTLINE_AT_MOST = 500
LEVELS_AT_MOST = 6
TITLE_AT_MOST = 300
READER = 1
"""The reader that there is now. What was read with a lesser one is looked into, and read, anew."""
PAGES_WITHOUT_BOOKMARKS = 20
"""A longer PDF needs bookmarks, for readers who cannot skim."""


class Facts(NamedTuple):
    """What a file tells about itself.

    Language (BCP 47, as in `sv-SE`) and title are empty where the file gives none; `pages` is None where the format
    has none. `faults` are values of `documents.models.Fault`. Only a PDF can be tagged or not: the structure of an
    Office file is its headings, so that `tagged` is False there and `untagged` no fault. A workbook tells no language,
    so that this is none either.
    """

    media_type: str
    pages: int | None
    tagged: bool = False
    language: str = ""
    title: str = ""
    outline: tuple[tuple[int, str, int], ...] = ()
    """Level (0 is outermost), title, page (from 1)."""
    faults: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str, int], ...] = ()
    """What its readers do not see: kind (`findings.KINDS`), place, count."""

    def columns(self) -> dict[str, Any]:
        """The fields of a version that they fill."""
        return {
            "media_type": self.media_type,
            "pages": self.pages,
            "is_tagged": self.tagged,
            "declared_language": self.language,
            "declared_title": self.title,
            "outline": [list(entry) for entry in self.outline],
            "faults": list(self.faults),
            "hidden_content": [list(row) for row in self.hidden],
            "read_with": READER,
        }


class RefusedError(Exception):
    """Raised by the process that opens the file: what it is refused for, a key of `refusals.SENTENCES`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
