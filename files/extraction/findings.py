"""Hidden content found in a file: kind, place and count, never the content itself. Runs in the sandbox."""

import time

SHEET = "sheet"
ROWS = "rows"
COLUMNS = "columns"
CELLS = "cells"
NAMES = "names"
UNUSED = "unused"
PIVOT = "pivot"
LINKS = "links"
TEXT = "text"
DELETIONS = "deletions"
COMMENTS = "comments"
SLIDE = "slide"
NOTES = "notes"
SHAPES = "shapes"
UNLINKED = "unlinked"
EMBEDDED = "embedded"
LAYER = "layer"
UNSEEN = "unseen"
IN_WORKBOOKS = frozenset({SHEET, ROWS, COLUMNS, CELLS, NAMES, UNUSED, PIVOT, LINKS})
IN_TEXTS = frozenset({TEXT, DELETIONS, COMMENTS, LAYER})
ON_SLIDES = frozenset({SLIDE, NOTES, SHAPES})
KINDS = IN_WORKBOOKS | IN_TEXTS | ON_SLIDES | {UNLINKED, EMBEDDED, UNSEEN}
FINDINGS_AT_MOST = 100
PLACE_AT_MOST = 100
"""Characters in the name of a sheet or a layer."""


class OutOfTimeError(Exception):
    """Raised when looking through a file takes too long."""


class Findings:
    """Counts of hidden content by kind and place: a sheet's name, a slide's number, or nothing."""

    def __init__(self, seconds: float | None = None) -> None:
        self.deadline = None if seconds is None else time.monotonic() + seconds
        self.counts: dict[tuple[str, str], int] = {}

    def add(self, kind: str, place: str = "", count: int = 1) -> None:
        """Count hidden content; places beyond what an editor would read are left out."""
        key = kind, place
        if key in self.counts or len(self.counts) < FINDINGS_AT_MOST:
            self.counts[key] = self.counts.get(key, 0) + count

    def check_time(self) -> None:
        """Raise `OutOfTimeError` after the deadline."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTimeError

    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """Return kind, place and count of each, in the order of discovery."""
        return tuple((kind, place, count) for (kind, place), count in self.counts.items())
