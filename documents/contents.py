"""A file's bookmarks as the contents that its page shows: short enough to read, whatever the file holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LONG = 20
"""Rows after which the contents are folded in."""
ROWS_AT_MOST = 100
"""So that a page with contents weighs no more than any other may."""
LETTERS_AT_MOST = 120


@dataclass
class Chapter:
    """A row of the contents, with those below it. Without a page it leads nowhere."""

    title: str
    page: int | None
    sections: list["Chapter"] = field(default_factory=list)


class Contents(NamedTuple):
    """The chapters and their sections; deeper levels are left to the file itself."""

    chapters: list[Chapter]
    rows: int
    is_cut: bool
    """Whether the file has more than is shown."""

    @property
    def is_long(self) -> bool:
        return self.rows > LONG


def build_contents(outline: Any, pages: int | None) -> Contents:
    """The outline (`[[level, title, page], …]`) to the second level; to the first alone where that would be long."""
    rows = list(_rows(outline if isinstance(outline, list) else [], pages))
    top = min((level for level, _ in rows), default=0)
    shown = [(level, chapter) for level, chapter in rows if level <= top + 1]
    if len(shown) > ROWS_AT_MOST:
        shown = [(level, chapter) for level, chapter in shown if level == top]
    shown = shown[:ROWS_AT_MOST]
    return Contents(_nested(shown, top), rows=len(shown), is_cut=len(shown) < len(rows))


def _rows(outline: Iterable[Any], pages: int | None) -> Iterable[tuple[int, Chapter]]:
    """Those that say something. What a file tells is hostile until looked at."""
    for row in outline:
        match row:
            case [int(level), str(title), page] if title.strip():
                leads = isinstance(page, int) and 1 <= page <= (pages or page)
                yield level, Chapter(" ".join(title.split())[:LETTERS_AT_MOST], page if leads else None)


def _nested(rows: Iterable[tuple[int, Chapter]], top: int) -> list[Chapter]:
    """Sections under the chapter before them; one without any stands as a chapter itself."""
    chapters: list[Chapter] = []
    for level, chapter in rows:
        if level > top and chapters:
            chapters[-1].sections.append(chapter)
        else:
            chapters.append(chapter)
    return chapters
