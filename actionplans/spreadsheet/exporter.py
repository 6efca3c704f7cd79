"""Write the Excel file that coordinators work in: activities, their milestones, and a guide to the columns."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from actionplans.columns import SHEET_COLUMNS, Column
from actionplans.milestone_columns import MILESTONE_COLUMNS
from actionplans.models import Activity, Milestone
from actionplans.spreadsheet.cell_kinds import DAY, TEXT
from actionplans.spreadsheet.cells import RISKY, escape_text, is_too_long
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.layout import BRAND, SHADED, TINT, TOP, frame_sheet, make_header, make_text, set_height
from actionplans.spreadsheet.milestone_reader import MilestoneReader
from actionplans.spreadsheet.names import GUIDE, MILESTONES, SHEET
from actionplans.spreadsheet.parser import ROWS_AT_MOST
from actionplans.spreadsheet.preview import Progress, ignore_progress
from actionplans.spreadsheet.row_reader import RowReader, select_activities, unfold_links
from actionplans.spreadsheet.validations import LISTS, add_validations
from strategy.models import Strategy

AT_ONCE = 500
ROOM = 500
"""Empty rows at the end that have the lists too, for new activities and milestones."""
FILTER_BUTTON = 4
"""Characters of a header's cell that its button covers."""
GUIDE_WIDTHS = (26, 56, 56, 12, 44)


def export_plans(choices: Choices, stream: IO[bytes], tell: Progress = ignore_progress) -> int:
    """Write the activities of the plans in the active language. Return how many. `tell` gets the progress."""
    workbook = Workbook(write_only=True)
    lists = _lists(choices)
    activities = select_activities(choices.own)
    total = activities.count()
    sheet = _DataSheet(workbook.create_sheet(str(SHEET)), SHEET_COLUMNS, freeze="E2")
    reader = RowReader(choices)
    for done, activity in enumerate(activities.iterator(chunk_size=AT_ONCE), 1):
        sheet.append(reader.show_cells(unfold_links(activity)))
        tell(done, total)
    sheet.finish(lists)
    _write_milestones(workbook, choices, lists)
    _write_guide(workbook.create_sheet(str(GUIDE)))
    _write_lists(workbook.create_sheet(LISTS), lists)
    workbook.save(stream)
    return total


def _write_milestones(workbook: Any, choices: Choices, lists: Mapping[str, Sequence[str]]) -> None:
    sheet = _DataSheet(workbook.create_sheet(str(MILESTONES)), MILESTONE_COLUMNS, freeze="C2")
    reader = MilestoneReader(choices)
    for milestone in _select_milestones(choices).iterator(chunk_size=AT_ONCE):
        sheet.append(reader.show_cells(milestone))
    sheet.finish(lists)


def _select_milestones(choices: Choices) -> QuerySet[Milestone]:
    """Return the milestones of the plans, in the order of their activities."""
    of_plans = Milestone.objects.filter(activity__plan__in=choices.own).prefetch_related("activity__plan")
    in_plan = ("activity__plan__theme__position", "activity__plan__slug", "activity__starts_on", "activity__slug")
    return of_plans.order_by(*in_plan, "due_on", "pk")


class _DataSheet:
    """A sheet with a row for each thing. The cells of a column share their styles, which are costly to make."""

    def __init__(self, sheet: Any, columns: Sequence[Column], *, freeze: str) -> None:
        self.sheet, self.columns, self.last_row = sheet, columns, 1
        self.widths = [column.width for column in columns]
        self.plain = {column.key: _make_cell(sheet, column, is_quoted=False) for column in columns}
        self.quoted = {column.key: _make_cell(sheet, column, is_quoted=True) for column in columns}
        frame_sheet(sheet, self.widths, colour=BRAND)
        sheet.freeze_panes = freeze
        for index, column in enumerate(columns, 1):
            dimension = sheet.column_dimensions[get_column_letter(index)]
            dimension.number_format, dimension.alignment = column.cell.number_format, TOP
        labels = [str(column.label) for column in columns]
        set_height(sheet, 1, labels, [width - FILTER_BUTTON for width in self.widths])
        sheet.append(make_header(sheet, labels))

    def append(self, values: Mapping[str, str]) -> None:
        """Add a row with the text of each column."""
        self.last_row += 1
        texts = [values[column.key] for column in self.columns]
        set_height(self.sheet, self.last_row, texts, self.widths)
        self.sheet.append([self._fill_cell(*each) for each in zip(self.columns, texts, strict=True)])

    def finish(self, lists: Mapping[str, Sequence[str]]) -> None:
        """Add the filter, and what the cells of these and of new rows take."""
        self.sheet.auto_filter.ref = f"A1:{get_column_letter(len(self.columns))}{self.last_row}"
        add_validations(self.sheet, self.columns, lists, min(self.last_row - 1 + ROOM, ROWS_AT_MOST) + 1)

    def _fill_cell(self, column: Column, value: str) -> Any:
        cell = copy((self.quoted if value.startswith(RISKY) else self.plain)[column.key])
        number_format = column.cell.number_format
        if value and number_format != TEXT:
            cell.value = date.fromisoformat(value) if number_format == DAY else int(value)
            cell.number_format = number_format
        elif value:
            cell.value = escape_text(value)
            cell.data_type = "s"  # openpyxl would take what begins with = for a formula
        return cell


def _make_cell(sheet: Any, column: Column, *, is_quoted: bool) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = column.cell.number_format
    cell.alignment = TOP
    if column.cell.is_read_only:
        cell.fill = SHADED
    cell.quotePrefix = is_quoted
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
        "activities": sorted(choices.activities.labels()),
    }
    return {name: [text for text in texts if not is_too_long(text)] for name, texts in lists.items()}


def _write_guide(sheet: Any) -> None:
    frame_sheet(sheet, GUIDE_WIDTHS, colour=TINT)
    sheet.freeze_panes = "A2"
    sheet.append(make_header(sheet, [_("Column"), _("What it means"), _("Allowed content"), _("Needed"), _("Example")]))
    for number, texts in enumerate(_list_guide(), 2):
        set_height(sheet, number, texts, GUIDE_WIDTHS)
        is_heading = len(texts) == 1
        sheet.append(make_header(sheet, texts) if is_heading else [make_text(sheet, text) for text in texts])


def _list_guide() -> Iterator[list[str]]:
    """Yield the rows of the guide. A row of one cell is a heading."""
    for heading, columns in ((None, SHEET_COLUMNS), (MILESTONES, MILESTONE_COLUMNS)):
        if heading:
            yield [_("Sheet “%(sheet)s”") % {"sheet": heading}]
        for column in columns:
            needed = _("Yes") if column.is_required else _("No")
            texts = (column.label, column.meaning, column.allowed, needed, column.example)
            yield [str(text) for text in texts]
    yield []
    for advice in _list_advice():
        yield ["", advice]


def _list_advice() -> Iterator[str]:
    yield _(
        "Save the file as .xlsx and import it under Activities in the portal. You will see what would change "
        "before anything is saved."
    )
    yield _("Columns you remove stay unchanged in the portal. Cells you clear are cleared in the portal.")
    yield _("Rows you remove stay unchanged: activities are never deleted through Excel.")
    yield _(
        "To remove a milestone, clear every cell of its row except the id. Milestones whose rows or sheet you remove "
        "stay unchanged."
    )
    yield _("Enter values, not formulas.")


def _write_lists(sheet: Any, lists: Mapping[str, Sequence[str]]) -> None:
    sheet.sheet_state = "hidden"
    columns = list(lists.values())
    for number in range(max(map(len, columns), default=0)):
        sheet.append([make_text(sheet, column[number]) if number < len(column) else None for column in columns])
