"""Facts about a file: shared by the sandbox and its callers."""

from typing import Any, NamedTuple

PAGES_AT_MOST = 10_000
OUTLINE_AT_MOST = 500
LEVELS_AT_MOST = 6
TITLE_AT_MOST = 300
READER = 1
"""Version of the extraction: files that a lower one has read are inspected and read anew."""
PAGES_WITHOUT_BOOKMARKS = 20
"""A longer PDF needs bookmarks, for readers who cannot skim."""


class Facts(NamedTuple):
    """What a file declares, and its faults.

    Language (BCP 47, as in `sv-SE`) and title are empty if the file declares none; `pages` is None if the format has
    none. `faults` are values of `documents.models.Fault`. Only a PDF can be tagged: the structure of an Office file
    is its headings, so `tagged` is False there and `untagged` is no fault. Nor is a workbook's missing language.
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
    """Hidden content: kind (`findings.KINDS`), place, count."""

    def columns(self) -> dict[str, Any]:
        """Return them as fields of a version."""
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
    """Raised in the sandbox for a file that is not accepted; `code` is a key of `refusals.SENTENCES`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
