"""How the sheets of an exported file look, on screen and on paper."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from actionplans.spreadsheet.cells import escape_text

BRAND, TINT = "0B4F5C", "EEF2F1"
HEADER = {
    "font": Font(name="Calibri", size=11, bold=True, color="FFFFFF"),
    "fill": PatternFill("solid", fgColor=BRAND),
    "alignment": Alignment(wrap_text=True, vertical="center"),
}
TOP = Alignment(wrap_text=True, vertical="top")
SHADED = PatternFill("solid", fgColor=TINT)
LINE, HIGHEST = 15.0, 409.0
"""Points that a line of the normal font takes, and that a row can be high (ECMA-376, Part 1, 18.3.1.73)."""
NARROWEST = 0.45
WIDTHS = {
    **dict.fromkeys("ijl!.,:;'|", NARROWEST),
    **dict.fromkeys('ftrI()[]{}-/\\"“”', 0.7),
    **dict.fromkeys("scz", 0.85),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZÅÄÖ&", 1.25),
    **dict.fromkeys("mwMW@%—…", 1.75),
}
"""How wide letters are in the normal font (Calibri 11), where a digit is 1, the unit of a column's width."""
USUAL, WIDE, SPACE = 1.05, 2.2, NARROWEST
SAFETY = 0.95
"""The part of a column that is filled, so that another program or printer does not need a line more."""
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}


class TextRow(RowDimension):
    """A row with a height that Excel fits anew when somebody changes its text."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - its name in openpyxl
        return False


def set_height(sheet: Any, number: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """Make a row as high as its text: neither Excel nor LibreOffice does so for a file that says no height."""
    lines = max(map(count_lines, texts, widths), default=1)
    sheet.row_dimensions[number] = TextRow(sheet, index=number, ht=min(LINE * lines, HIGHEST))


def count_lines(text: str, width: int) -> int:
    """Return about how many lines a text takes in a column of that width, when words are not broken."""
    room = width * SAFETY
    if len(text) * USUAL < room and "\n" not in text:
        return 1
    return sum(_count_lines_of_paragraph(paragraph, room) for paragraph in text.split("\n"))


def frame_sheet(sheet: Any, widths: Sequence[int], *, colour: str) -> None:
    """Set the widths of a sheet's columns, and print it in landscape on A4 with its header and number on each page."""
    for index, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.sheet_properties.tabColor = colour
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.center.text = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
    sheet.oddFooter.right.text = "&D"


def make_header(sheet: Any, labels: Iterable[str]) -> list[Any]:
    cells = []
    for label in labels:
        cell = make_text(sheet, label)
        for name, style in HEADER.items():
            setattr(cell, name, style)
        cells.append(cell)
    return cells


def make_text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, escape_text(text))
    cell.data_type = "s"
    cell.alignment = TOP
    return cell


def _count_lines_of_paragraph(text: str, room: float) -> int:
    lines, filled = 1, 0.0
    for word in text.split(" "):
        width = measure_word(word)
        if filled and filled + SPACE + width > room:
            lines, filled = lines + 1, 0.0
        filled += width + (SPACE if filled else 0.0)
        if filled > room:  # a word that is longer than a line is broken
            lines, filled = lines + int(filled // room), filled % room
    return lines


@lru_cache(maxsize=20_000)
def measure_word(word: str) -> float:
    """Return about how wide a word is, in digits."""
    return sum(WIDTHS.get(char) or (WIDE if east_asian_width(char) in "WF" else USUAL) for char in word)
