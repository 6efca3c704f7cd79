"""What the cells of an exported file let people enter: things from a list, dates, amounts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from actionplans.columns import Column
from actionplans.spreadsheet.cell_kinds import EARLIEST, LARGEST_TYPED, LATEST, AmountCell, DayCell

LISTS = "Lists"
TITLE, WORDS = 32, 225
"""Characters that Excel shows of a message's title and of the message."""


def add_validations(sheet: Any, columns: Sequence[Column], lists: Mapping[str, Sequence[str]], last_row: int) -> None:
    """Let the cells of each column take only what it can hold, and offer its list."""
    for index, column in enumerate(columns, 1):
        validation = _make_validation(column, lists)
        if validation is None:
            continue
        letter = get_column_letter(index)
        validation.allow_blank = True
        validation.errorTitle = validation.promptTitle = str(column.label)[:TITLE]
        validation.add(f"{letter}2:{letter}{last_row}")
        sheet.data_validations.append(validation)


def _make_validation(column: Column, lists: Mapping[str, Sequence[str]]) -> DataValidation | None:
    if isinstance(column.cell, DayCell):
        return _make_for_day(column.cell)
    if isinstance(column.cell, AmountCell):
        words = _("Enter whole kronor in numbers, such as 500000.")
        return _refuse(DataValidation("whole", operator="between", formula1="0", formula2=str(LARGEST_TYPED)), words)
    return _make_for_list(column, lists) if lists.get(column.cell.offers) else None


def _make_for_day(cell: DayCell) -> DataValidation:
    first, last = _write_day(EARLIEST), "TODAY()" if cell.is_past else _write_day(LATEST)
    words = (
        _("Enter a date that has passed or today's, such as 2026-01-31.")
        if cell.is_past
        else _("Enter a date from %(first)s to %(last)s, such as 2026-01-31.") % {"first": EARLIEST, "last": LATEST}
    )
    return _refuse(DataValidation("date", operator="between", formula1=first, formula2=last), words)


def _make_for_list(column: Column, lists: Mapping[str, Sequence[str]]) -> DataValidation:
    letter = get_column_letter(list(lists).index(column.cell.offers) + 1)
    source = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(lists[column.cell.offers])}"
    offer = DataValidation("list", formula1=source)
    if column.cell.is_strict:
        return _refuse(offer, _("Choose from the list."))
    offer.showErrorMessage, offer.showInputMessage = False, True
    offer.prompt = str(column.allowed)[:WORDS]
    return offer


def _refuse(validation: DataValidation, words: str) -> DataValidation:
    """Let a validation refuse all else, with a sentence."""
    validation.showErrorMessage, validation.error = True, words[:WORDS]
    return validation


def _write_day(day: date) -> str:
    """Return a date as a formula, which means the same in every calendar of Excel."""
    return f"DATE({day.year},{day.month},{day.day})"
