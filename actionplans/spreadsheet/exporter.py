"""Write the Excel file that coordinators work in: the activities on one sheet, a guide to the columns on another."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from actionplans.columns import SHEET_COLUMNS, Column
from actionplans.models import Activity
from actionplans.spreadsheet.cell_kinds import DAY, TEXT
from actionplans.spreadsheet.cells import RISKY, escape_text, is_too_long
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.names import GUIDE, SHEET
from actionplans.spreadsheet.parser import ROWS_AT_MOST
from actionplans.spreadsheet.preview import Progress, ignore_progress
from actionplans.spreadsheet.row_reader import RowReader, select_activities, unfold_links
from strategy.models import Strategy

LISTS = "Lists"
BRAND, TINT = "0B4F5C", "EEF2F1"
HEADER = {
    "font": Font(bold=True, color="FFFFFF"),
    "fill": PatternFill("solid", fgColor=BRAND),
    "alignment": Alignment(wrap_text=True, vertical="center"),
}
TOP = Alignment(wrap_text=True, vertical="top")
SHADED = PatternFill("solid", fgColor=TINT)
ROOM = 500
"""Empty rows at the end that have the lists too, for new activities."""


def export_plans(choices: Choices, stream: IO[bytes], tell: Progress = ignore_progress) -> int:
    """Write the activities of the plans in the active language. Return how many. `tell` gets the progress."""
    workbook = Workbook(write_only=True)
    reader = RowReader(choices)
    activities = select_activities(choices.own)
    total = activities.count()
    sheet = workbook.create_sheet(str(SHEET))
    _frame(sheet, total)
    sheet.append(_header(sheet, [str(column.label) for column in SHEET_COLUMNS]))
    rows = _rows(sheet)
    done = 0
    for done, activity in enumerate(activities.iterator(chunk_size=500), 1):
        sheet.append(rows(reader.show_cells(unfold_links(activity))))
        tell(done, total)
    lists = _lists(choices)
    _offer(sheet, lists, total)
    _guide(workbook.create_sheet(str(GUIDE)))
    _write_lists(workbook.create_sheet(LISTS), lists)
    workbook.save(stream)
    return done


def _frame(sheet: Any, total: int) -> None:
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(SHEET_COLUMNS))}{total + 1}"
    sheet.sheet_format.defaultRowHeight = 32
    sheet.sheet_format.customHeight = True
    sheet.row_dimensions[1].height = 34
    sheet.sheet_properties.tabColor = BRAND
    for index, column in enumerate(SHEET_COLUMNS, 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = column.width
        dimension.number_format = column.cell.number_format
        dimension.alignment = TOP
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _header(sheet: Any, labels: Iterable[str]) -> list[Any]:
    cells = []
    for label in labels:
        cell = _text(sheet, label)
        for name, style in HEADER.items():
            setattr(cell, name, style)
        cells.append(cell)
    return cells


def _rows(sheet: Any) -> Callable[[dict[str, str]], list[Any]]:
    """Return a function that makes a row. The cells of a column share their styles, which are costly to make."""
    plain = {column.key: _styled(sheet, column, is_quoted=False) for column in SHEET_COLUMNS}
    quoted = {column.key: _styled(sheet, column, is_quoted=True) for column in SHEET_COLUMNS}

    def row(values: dict[str, str]) -> list[Any]:
        cells = []
        for column in SHEET_COLUMNS:
            value = values[column.key]
            cell = copy((quoted if value.startswith(RISKY) else plain)[column.key])
            number_format = column.cell.number_format
            if value and number_format != TEXT:
                cell.value = date.fromisoformat(value) if number_format == DAY else int(value)
                cell.number_format = number_format
            elif value:
                cell.value = escape_text(value)
                cell.data_type = "s"  # openpyxl would take what begins with = for a formula
            cells.append(cell)
        return cells

    return row


def _styled(sheet: Any, column: Column, *, is_quoted: bool) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = column.cell.number_format
    cell.alignment = TOP
    if column.cell.is_read_only:
        cell.fill = SHADED
    cell.quotePrefix = is_quoted
    return cell


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, escape_text(text))
    cell.data_type = "s"
    cell.alignment = TOP
    return cell


def _lists(choices: Choices) -> dict[str, list[str]]:
    """Return the lists that cells offer, by name."""
    strategies = Strategy.objects.filter(plans__in=choices.own).distinct()
    heads = [head.text for strategy in strategies for head in choices.heads(strategy).values()]
    lists = {
        "statuses": [str(label) for label in Activity.Delivery.labels],
        "plans": choices.plans.labels(),
        "staff": choices.staff.labels(),
        "organisations": choices.organisations.labels(),
        "targets": sorted(choices.targets.labels()),
        "goals": list(dict.fromkeys(heads)),
    }
    return {name: [text for text in texts if not is_too_long(text)] for name, texts in lists.items()}


def _offer(sheet: Any, lists: dict[str, list[str]], total: int) -> None:
    """Attach the lists to the cells of their columns."""
    last = min(total + ROOM, ROWS_AT_MOST) + 1
    for index, column in enumerate(SHEET_COLUMNS, 1):
        texts = lists.get(column.cell.offers)
        if not texts:
            continue
        letter = get_column_letter(list(lists).index(column.cell.offers) + 1)
        source = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(texts)}"
        offer = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=column.cell.is_strict)
        offer.errorTitle, offer.error = str(column.label)[:32], _("Choose from the list.")
        offer.promptTitle, offer.prompt = str(column.label)[:32], str(column.allowed)[:255]
        offer.showInputMessage = not column.cell.is_strict
        offer.add(f"{get_column_letter(index)}2:{get_column_letter(index)}{last}")
        sheet.data_validations.append(offer)


def _guide(sheet: Any) -> None:
    sheet.freeze_panes = "A2"
    sheet.sheet_properties.tabColor = TINT
    for letter, width in zip("ABCDE", (26, 56, 56, 12, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(_header(sheet, [_("Column"), _("What it means"), _("Allowed content"), _("Needed"), _("Example")]))
    for column in SHEET_COLUMNS:
        needed = _("Yes") if column.is_required else _("No")
        texts = (column.label, column.meaning, column.allowed, needed, column.example)
        sheet.append([_text(sheet, str(text)) for text in texts])
    sheet.append([])
    for advice in _advice():
        sheet.append([_text(sheet, ""), _text(sheet, advice)])


def _advice() -> Iterator[str]:
    yield _(
        "Save the file as .xlsx and import it under Activities in the portal. You will see what would change "
        "before anything is saved."
    )
    yield _("Columns you remove stay unchanged in the portal. Cells you clear are cleared in the portal.")
    yield _("Rows you remove stay unchanged: activities are never deleted through Excel.")
    yield _("Enter values, not formulas.")


def _write_lists(sheet: Any, lists: dict[str, list[str]]) -> None:
    sheet.sheet_state = "hidden"
    columns = list(lists.values())
    for number in range(max(map(len, columns), default=0)):
        sheet.append([_text(sheet, column[number]) if number < len(column) else None for column in columns])
