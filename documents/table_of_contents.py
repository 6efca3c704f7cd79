"""Table of contents on a document's page, from the file's bookmarks: short enough to read, whatever these are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LONG = 20
"""Rows after which the contents are folded."""
ROWS_AT_MOST = 100
"""So that the page stays within the page budget."""
LETTERS_AT_MOST = 120


@dataclass
class Chapter:
    """A row of the contents, with its sections. Without a page it is no link."""

    title: str
    page: int | None
    sections: list["Chapter"] = field(default_factory=list)


class Contents(NamedTuple):
    """The chapters and their sections; deeper levels are left out."""

    chapters: list[Chapter]
    rows: int
    is_cut: bool
    """Whether the file has more than is shown."""

    @property
    def is_long(self) -> bool:
        return self.rows > LONG


def build_contents(outline: Any, pages: int | None) -> Contents:
    """Return the outline (`[[level, title, page], …]`) to the second level, or only the first if that is too long."""
    rows = list(_rows(outline if isinstance(outline, list) else [], pages))
    top = min((level for level, _ in rows), default=0)
    shown = [(level, chapter) for level, chapter in rows if level <= top + 1]
    if len(shown) > ROWS_AT_MOST:
        shown = [(level, chapter) for level, chapter in shown if level == top]
    shown = shown[:ROWS_AT_MOST]
    return Contents(_nested(shown, top), rows=len(shown), is_cut=len(shown) < len(rows))


def _rows(outline: Iterable[Any], pages: int | None) -> Iterable[tuple[int, Chapter]]:
    """Return the valid rows: the outline comes from an untrusted file."""
    for row in outline:
        match row:
            case [int(level), str(title), page] if title.strip():
                leads = isinstance(page, int) and 1 <= page <= (pages or page)
                yield level, Chapter(" ".join(title.split())[:LETTERS_AT_MOST], page if leads else None)


def _nested(rows: Iterable[tuple[int, Chapter]], top: int) -> list[Chapter]:
    """Return the chapters with their sections; a section before any chapter becomes one."""
    chapters: list[Chapter] = []
    for level, chapter in rows:
        if level > top and chapters:
            chapters[-1].sections.append(chapter)
        else:
            chapters.append(chapter)
    return chapters
