"""What the readers of the two sheets have in common: cells are shown and parsed by their columns."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, override

from actionplans.columns import Column
from actionplans.spreadsheet.cell_kinds import Row
from actionplans.spreadsheet.cells import Unreadable
from actionplans.spreadsheet.choices import Choices


class Change(NamedTuple):
    """A change of a cell, as text."""

    key: str
    before: str
    after: str


class Refusals(NamedTuple):
    """Why a row is refused because of its id, or of what the user may do, in sentences."""

    may_not_add: Promise
    may_not_change: Promise
    of_others: Promise
    unknown: Promise
    used_twice: Promise


class SheetReader:
    """Reads the rows of one sheet, one at a time."""

    columns: ClassVar[Sequence[Column]]
    refusals: ClassVar[Refusals]

    def __init__(
        self, choices: Choices, existing: Mapping[int, Any] | None = None, language: str | None = None
    ) -> None:
        self.language = language or get_language()
        self.choices = choices
        self.existing = existing or {}

    def read_row(self, number: int, cells: Mapping[str, Any]) -> Any:
        """Return what the row is about, new or as it would become, with its `changes`.

        Raise `ValidationError`, by column. What the row leaves as it is, is not validated.
        """
        raise NotImplementedError

    def show_cells(self, thing: Any) -> dict[str, str]:
        """Return the cells of a thing's row, by column."""
        row = Row(self.choices, thing)
        return {column.key: show_cell(column, row) for column in self.columns}

    def read_cell(self, column: Column, cell: Any, row: Row) -> None:
        """Parse a cell, unless it is as exported: so an untouched file changes nothing. Raise ValueError."""
        thing = row.thing
        if isinstance(cell, Unreadable):
            raise ValueError(cell.why)  # noqa: TRY004 - a cell of the wrong kind is a wrong value
        is_new = thing.pk is None
        before = "" if is_new else show_cell(column, row)
        if not is_new and cell in (before, self._show_in_language_of_file(column, row)):
            return
        if is_new and cell == "" and not column.is_required:
            return
        setattr(thing, column.key, column.cell.parse(cell, row))
        after = show_cell(column, row)
        if after != before:
            thing.changes.append(Change(column.key, before, after))

    def _show_in_language_of_file(self, column: Column, row: Row) -> Any:
        """Return the cell in the file's own language, if that is not the user's."""
        if self.language == get_language():
            return None
        with override(self.language):
            return show_cell(column, row)


def show_cell(column: Column, row: Row) -> str:
    """Return the text of a thing's cell in a column."""
    return column.cell.show(getattr(row.thing, column.key, None), row)
