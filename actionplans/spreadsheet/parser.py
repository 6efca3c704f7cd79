"""Parse an uploaded file within limits: whatever it is, the result is a sheet of cells or a sentence of refusal.

What openpyxl does not refuse by itself is checked first: zip bombs, document types (entities that expand), endless
sheets, merged cells, values fetched from other files.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES

from actionplans.columns import SHEET_COLUMNS, Column
from actionplans.milestone_columns import MILESTONE_COLUMNS
from actionplans.spreadsheet.cells import Unreadable, read_cell
from actionplans.spreadsheet.names import GUIDE, MILESTONES, SHEET, fold_text, translate_name
from files import archives
from files.media_types import XLSX

MEBIBYTE = 2**20
LARGEST = 20 * MEBIBYTE
UNPACKED_AT_MOST = 64 * MEBIBYTE
ROWS_AT_MOST = 10_000
COLUMNS_AT_MOST = 100
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of the old .xls and of password-protected Office files (MS-CFB, 2.2)."""
DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
"""Excel never writes one, and only a document type can make a small XML file grow."""
ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
MERGED = re.compile(rb"<(\w+:)?mergeCell\s")

Cell = str | Unreadable


class UnreadableFileError(Exception):
    """The file cannot be read at all. The message is a sentence for whoever sent it."""


class SheetRow(NamedTuple):
    """A row: its number in the sheet, and its cells by column."""

    number: int
    cells: dict[str, Cell]


class Sheet(NamedTuple):
    """The non-empty rows of a sheet, and its headers and their language."""

    rows: list[SheetRow]
    headers: dict[str, str]
    letters: dict[str, str]
    language: str
    columns: Sequence[Column] = SHEET_COLUMNS
    name: str = ""
    """What to call it in messages; empty for the activities."""
    milestones: "Sheet | None" = None
    """The sheet of milestones, if the file has one beside this one of activities."""

    @property
    def total(self) -> int:
        """How many rows there are, those of milestones included."""
        return len(self.rows) + (len(self.milestones.rows) if self.milestones else 0)

    def name_column(self, key: str) -> str:
        """Return the column's header in the file, or its label."""
        labels = (str(column.label) for column in self.columns if column.key == key)
        return self.headers.get(key) or next(labels, "")


def parse_workbook(stream: IO[bytes], language: str = "sv") -> Sheet:
    """Return the sheet of activities in a file, with that of milestones. Raise `UnreadableFileError`.

    `language` is used for a file whose headers are the same in both languages.
    """
    from openpyxl import load_workbook  # 12 MB, so only where it is used

    _check(stream)
    try:
        with closing(load_workbook(stream, read_only=True, keep_links=False)) as workbook:
            found = _find_milestones(workbook)
            sheet = _sheet_of_activities(workbook, found)
            _refuse_merged(stream, sheet)
            activities = _take_apart(sheet, SHEET_COLUMNS, language)
            if found is None:
                return activities
            return activities._replace(milestones=_take_apart_milestones(stream, found, activities.language))
    except UnreadableFileError:
        raise
    except Exception as error:  # a broken file can make the library raise anything
        raise UnreadableFileError(
            _("The file is damaged and cannot be read. Open it in Excel or LibreOffice and save it again as .xlsx.")
        ) from error


def _check(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(8)
    stream.seek(0)
    if size > LARGEST:
        raise UnreadableFileError(_("The file is larger than 20 MB. Split it into several files, one for each plan."))
    if start == OLE:
        raise UnreadableFileError(
            _("The file is password protected, or in the old .xls format. Save it as .xlsx without a password.")
        )
    if not start.startswith(archives.ZIP_START):
        raise UnreadableFileError(_("The file is not an Excel file. Save it as .xlsx and try again."))
    if fault := archives.find_fault(stream, XLSX):
        raise UnreadableFileError(_("The file cannot be read: %(fault)s. Save it again as .xlsx.") % {"fault": fault})
    _check_parts(stream)


def _check_parts(stream: IO[bytes]) -> None:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
            raise UnreadableFileError(_("The file is not an Excel file. Save it as .xlsx and try again."))
        if sum(member.file_size for member in members) > UNPACKED_AT_MOST:
            raise UnreadableFileError(
                _("The file contains more than can be read at once. Split it into several files, one for each plan.")
            )
        if any(name.startswith("xl/externalLinks/") for name in names):
            raise UnreadableFileError(
                _("The file gets values from other files. Enter the values themselves in the cells and save it again.")
            )
        for name in names:
            if name.endswith((".xml", ".rels")):
                _check_xml(archive.read(name))


def _check_xml(content: bytes) -> None:
    if any(mark in content for mark in DOCTYPES):
        raise UnreadableFileError(_("The file contains XML that Excel does not create. Save it again as .xlsx."))
    if len(ROW.findall(content)) > ROWS_AT_MOST + 1:
        raise UnreadableFileError(_too_many_rows())


def _find_milestones(workbook: Any) -> Any:
    """Return the sheet of milestones; None in files from before there was one, or if it was removed."""
    names = translate_name(MILESTONES)
    sheets = [sheet for sheet in workbook.worksheets if fold_text(sheet.title) in names]
    if len(sheets) > 1:
        raise UnreadableFileError(
            _("Two sheets are called “%(name)s”. Remove one, or give it another name.") % {"name": MILESTONES}
        )
    return sheets[0] if sheets else None


def _take_apart_milestones(stream: IO[bytes], sheet: Any, language: str) -> Sheet:
    try:
        _refuse_merged(stream, sheet)
        return _take_apart(sheet, MILESTONE_COLUMNS, language)._replace(name=str(MILESTONES))
    except UnreadableFileError as error:
        words = _("On the sheet “%(sheet)s”: %(fault)s")
        raise UnreadableFileError(words % {"sheet": MILESTONES, "fault": error}) from error


def _sheet_of_activities(workbook: Any, milestones: Any) -> Any:
    names = translate_name(SHEET)
    named = [sheet for sheet in workbook.worksheets if fold_text(sheet.title) in names]
    sheets = named or [sheet for sheet in workbook.worksheets if sheet is not milestones]
    if len(sheets) != 1:
        raise UnreadableFileError(
            _("The file has no sheet called “%(name)s”. Give that name to the sheet with the activities.")
            % {"name": SHEET}
        )
    return sheets[0]


def _refuse_merged(stream: IO[bytes], sheet: Any) -> None:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        if MERGED.search(archive.read(sheet._worksheet_path.lstrip("/"))):  # noqa: SLF001 - known nowhere else
            raise UnreadableFileError(
                _("The sheet has merged cells, where only the first has a value. Unmerge them and fill them in.")
            )


def _take_apart(sheet: Any, columns: Sequence[Column], language: str) -> Sheet:
    rows = _numbered(sheet)
    number, first = next(rows, (0, ()))
    keys = _keys(first, columns)
    if number != 1 or not keys:
        raise UnreadableFileError(
            _("The first row must contain the headers. Download the plan as an Excel file and start from that.")
        )
    headers = {key: str(first[index].value).strip() for index, key in keys.items()}
    letters = {key: _name_column(index + 1) for index, key in keys.items()}
    read_rows = []
    for number, cells in rows:
        values = {key: _value(cells, index) for index, key in keys.items()}
        if any(value != "" for value in values.values()):
            read_rows.append(SheetRow(number, values))
        _refuse_beside(cells, keys, number)
    return Sheet(read_rows, headers, letters, _detect_language(headers.values(), columns, language), columns)


def _numbered(sheet: Any) -> Iterator[tuple[int, Any]]:
    """Yield each row with its number."""
    sheet.reset_dimensions()  # the size that a file states cannot be trusted
    for number, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_AT_MOST), 1):
        if number > ROWS_AT_MOST + 1:
            raise UnreadableFileError(_too_many_rows())
        yield number, cells


def _too_many_rows() -> str:
    return _(
        "The sheet has more than 10,000 rows, including empty ones. Delete the rows below the last one that is "
        "filled in, or split the file."
    )


def _keys(first: Any, columns: Sequence[Column]) -> dict[int, str]:
    """Return the columns by position. Raise `UnreadableFileError` on unknown, duplicate or missing headers."""
    known = {name: column for column in columns for name in translate_name(column.label)}
    unknown = []
    keys: dict[int, str] = {}
    for index, cell in enumerate(first):
        text = read_cell(cell.value, cell.data_type)
        if isinstance(text, Unreadable) or not text.strip():
            if text:
                unknown.append(_name_column(index + 1))
            continue
        column = known.get(fold_text(text))
        if column is None:
            unknown.append(f"{_name_column(index + 1)} ({text.strip()[:60]})")
        elif column.key in keys.values():
            raise UnreadableFileError(_("Two columns have the header “%(header)s”. Remove one.") % {"header": text})
        else:
            keys[index] = column.key
    if unknown and keys:
        raise UnreadableFileError(
            _(
                "These columns are not recognised: %(columns)s. Remove them, or give them headers from the sheet "
                "“%(guide)s”."
            )
            % {"columns": ", ".join(unknown), "guide": GUIDE}
        )
    if keys and "id" not in keys.values():
        raise UnreadableFileError(
            _("The column “%(id)s” is missing. It is needed to match rows with what is in the portal.")
            % {"id": columns[0].label}
        )
    return keys


def _detect_language(headers: Iterable[str], columns: Sequence[Column], otherwise: str) -> str:
    """Return the language of most of the headers; `otherwise` if it is as likely."""
    given = {fold_text(text) for text in headers}
    counts = {}
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            counts[language] = len({fold_text(str(column.label)) for column in columns} & given)
    best = max(AVAILABLE_LANGUAGES, key=lambda language: counts[language])
    return otherwise if counts.get(otherwise, 0) == counts[best] else best


def _value(cells: Any, index: int) -> Cell:
    return read_cell(cells[index].value, cells[index].data_type) if index < len(cells) else ""


def _refuse_beside(cells: Any, keys: dict[int, str], number: int) -> None:
    """Refuse a cell outside the known columns: it would be lost silently."""
    for index, cell in enumerate(cells):
        if index not in keys and cell.value not in (None, ""):
            raise UnreadableFileError(
                _("Cell %(cell)s has content but its column has no header. Clear the cell or add a header.")
                % {"cell": f"{_name_column(index + 1)}{number}"}
            )


def _name_column(number: int) -> str:
    """Return what Excel calls the column: A for 1."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))
