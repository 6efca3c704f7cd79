"""The text of a workbook (SpreadsheetML, ISO/IEC 29500-1, chapter 18). Runs in the sandbox."""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from files.extraction.findings import CELLS, COLUMNS, NAMES, ROWS, SHEET, UNLINKED, UNUSED, Findings
from files.extraction.xml_parts import TRUE, Names, Part, Text, find_linked_parts, get_link, read_elements

WORKBOOK = "xl/workbook.xml"
SHARED = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
COLUMNS_AT_MOST = 16_384
LETTERS = re.compile(r"[A-Z]{1,3}")
QUOTED = re.compile(r'"[^"]+"')
SHOWS_NOTHING = re.compile(r'(?:""|\[[^\]]*\]|[_*].|\\? )*')
"""A section of a number format that has only colours, conditions and blanks (18.8.31)."""
NEVER_SHOWN = frozenset({"rPh", "f", "oddHeader", "oddFooter"})
"""Elements with text that no cell shows: phonetic hints, formulas."""


class SheetLink(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    part: str
    is_hidden: bool


class Workbook(Part):
    """A workbook's sheets, and how many of its names hold text instead of pointing at cells."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[Names] = []
        self.name: list[str] | None = None
        self.names_with_text = 0

    def start(self, name: str, given: Names) -> None:
        if name == "sheet":
            self.listed.append(given)
        elif name == "definedName":
            self.name = []

    def end(self, name: str) -> None:
        if name == "definedName" and self.name is not None:
            self.names_with_text += bool(QUOTED.search("".join(self.name)))
            self.name = None

    def characters(self, text: str) -> None:
        if self.name is not None:
            self.name.append(text)


class SharedTexts(Text):
    """The texts that cells refer to by number, and which of them are used."""

    text_elements = frozenset({"t"})

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.texts: list[str] = []
        self.used = bytearray()

    def hidden_as(self, name: str, given: Names) -> str | None:  # noqa: ARG002
        return "" if name in NEVER_SHOWN else None

    def finish(self, name: str) -> None:
        if name == "si":
            self.texts.append(" ".join("".join(self.pieces).split()))
            self.used.append(0)
            self.pieces.clear()

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self.texts):
            return ""
        self.used[number] = 1
        return self.texts[number]

    def unused(self) -> int:
        """Return how many texts are in the file but in no cell."""
        return sum(bool(text) and not is_used for text, is_used in zip(self.texts, self.used, strict=True))


class Format(NamedTuple):
    """Which values a number format does not show; `;;;` shows none."""

    positive: bool = False
    negative: bool = False
    zero: bool = False
    text: bool = False

    def hides(self, kind: str, value: str) -> bool:
        """Whether a cell of a kind (18.18.11) shows nothing of its value."""
        if kind not in {"n", "d"}:
            return self.text
        try:
            number = float(value)
        except ValueError:
            return self.positive
        return self.positive if number > 0 else self.negative if number < 0 else self.zero


def parse_format(code: str) -> Format:
    """Return what a format code does not show. Its sections are positive, negative, zero and text."""
    sections, quoted = [""], False
    for character in code[:255]:
        quoted ^= character == '"'
        if character == ";" and not quoted:
            sections.append("")
        else:
            sections[-1] += character
    empty = [bool(SHOWS_NOTHING.fullmatch(section)) for section in sections]
    if len(sections) == 1:
        empty = [bool(code) and empty[0]] * 3
    positive, negative, zero, text = (*empty, *[empty[0]] * (3 - len(empty)), False)[:4]
    return Format(positive, negative, zero, text)


class Formats(Part):
    """The formats of cell styles, in the order in which cells refer to them (18.8.10)."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, Format] = {}
        self.styles: list[Format] = []
        self.is_within = False

    def start(self, name: str, given: Names) -> None:
        if name == "numFmt":
            self.codes[given.get("numFmtId", "")] = parse_format(given.get("formatCode", ""))
        elif name == "cellXfs":
            self.is_within = True
        elif name == "xf" and self.is_within:
            self.styles.append(self.codes.get(given.get("numFmtId", ""), Format()))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.is_within = False

    def of(self, style: str) -> Format:
        """Return the format of a cell's style."""
        number = int(style) if style.isascii() and style.isdigit() and len(style) < 7 else 0  # noqa: PLR2004
        return self.styles[number] if number < len(self.styles) else Format()


class Sheet(Text):
    """The cells of a sheet, a line for each row.

    A row in the file is shown unless it says otherwise, even if rows are hidden by default (`zeroHeight`, 18.3.1.81):
    so do Excel and LibreOffice.
    """

    text_elements = frozenset({"v", "t"})

    def __init__(self, shared: SharedTexts, formats: Formats, findings: Findings, place: str) -> None:
        super().__init__(findings, place)
        self.shared = shared
        self.formats = formats
        self.hidden_columns = bytearray(COLUMNS_AT_MOST + 1)
        self.has_no_height = self.is_row_hidden = self.is_row_counted = False
        self.column = 0
        self.counted_columns: set[int] = set()
        self.kind_of_cell = self.style = ""
        self.value: list[str] | None = None

    def hidden_as(self, name: str, given: Names) -> str | None:  # noqa: ARG002
        return "" if name in NEVER_SHOWN else None

    def begin(self, name: str, given: Names) -> None:
        if name in {"v", "t"}:
            self.value = []
        elif name == "c":
            self._begin_cell(given)
        elif name == "row":
            self.column, self.is_row_counted = 0, False
            has_no_height = _is_zero(given["ht"]) if "ht" in given else self.has_no_height
            self.is_row_hidden = given.get("hidden") in TRUE or has_no_height
        elif name == "col" and (given.get("hidden") in TRUE or _is_zero(given.get("width", ""))):
            low, high = (min(max(int(given.get(end, "0")), 0), COLUMNS_AT_MOST) for end in ("min", "max"))
            self.hidden_columns[low : high + 1] = b"\1" * max(high + 1 - low, 0)
        elif name == "sheetFormatPr":
            self.has_no_height = _is_zero(given.get("defaultRowHeight", ""))

    def _begin_cell(self, given: Names) -> None:
        letters = LETTERS.match(given.get("r", ""))
        self.column = _number_of(letters[0]) if letters else self.column + 1
        self.kind_of_cell, self.style = given.get("t", "n"), given.get("s", "")

    def finish(self, name: str) -> None:
        if name in {"v", "t"} and self.value is not None:
            self._show("".join(self.value))
            self.value = None
        elif name == "row":
            self.pieces.append("\n")
        elif name == "c":
            self.pieces.append(" ")

    def take(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def _show(self, value: str) -> None:
        shown = self.shared[int(value)] if self.kind_of_cell == "s" else value
        if not shown.strip():
            return
        if self.is_row_hidden:
            if not self.is_row_counted:
                self.findings.add(ROWS, self.place)
            self.is_row_counted = True
        elif self.column <= COLUMNS_AT_MOST and self.hidden_columns[self.column]:
            if self.column not in self.counted_columns:
                self.findings.add(COLUMNS, self.place)
                self.counted_columns.add(self.column)
        elif self.style and self.formats.of(self.style).hides(self.kind_of_cell, value):
            self.findings.add(CELLS, self.place)
        else:
            self.pieces.append(shown)


def _is_zero(measure: str) -> bool:
    try:
        return float(measure) == 0
    except ValueError:
        return False


def _number_of(letters: str) -> int:
    """Return the number of a column; A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class Book:
    """An open workbook, with what its sheets share."""

    def __init__(self, archive: zipfile.ZipFile, findings: Findings) -> None:
        self.archive = archive
        self.workbook = Workbook()
        self.workbook.read(archive, WORKBOOK)
        self.shared = SharedTexts(findings)
        self.formats = Formats()
        for part, name in ((self.shared, SHARED), (self.formats, STYLES)):
            if name in archive.NameToInfo:
                part.read(archive, name)
        self.sheets = list(self._sheets())

    def _sheets(self) -> Iterator[SheetLink]:
        """Yield the sheets in their order."""
        links = find_linked_parts(self.archive, WORKBOOK)
        for given in self.workbook.listed:
            if (link := get_link(given)) in links:
                yield SheetLink(given.get("name", ""), links[link], given.get("state", "visible") != "visible")

    def read_sheet(self, link: SheetLink, findings: Findings) -> str:
        """Return the text of a sheet."""
        sheet = Sheet(self.shared, self.formats, findings, link.name)
        sheet.read(self.archive, link.part)
        return str(sheet)


def count_visible_sheets(archive: zipfile.ZipFile) -> int:
    """Return how many sheets a reader sees."""
    listed = read_elements(archive, WORKBOOK, "sheet").all
    links = find_linked_parts(archive, WORKBOOK)
    return sum(get_link(given) in links and given.get("state", "visible") == "visible" for _name, given in listed)


def read_sheets(archive: zipfile.ZipFile, first: int, findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield the visible sheets, from `first`."""
    book = Book(archive, findings)
    shown = [sheet for sheet in book.sheets if not sheet.is_hidden]
    for number, link in list(enumerate(shown, 1))[first - 1 :]:
        yield number, book.read_sheet(link, findings)


def inspect_workbook(archive: zipfile.ZipFile, findings: Findings) -> bool:
    """Find hidden content in a workbook. Return whether it has visible text."""
    book = Book(archive, findings)
    elsewhere = Findings()
    elsewhere.deadline = findings.deadline
    has_text = False
    for link in book.sheets:
        if link.is_hidden:
            findings.add(SHEET, link.name)
            book.read_sheet(link, elsewhere)  # to know which shared texts it uses
        else:
            has_text = bool(book.read_sheet(link, findings).strip()) or has_text
    if book.workbook.names_with_text:
        findings.add(NAMES, count=book.workbook.names_with_text)
    if unused := book.shared.unused():
        findings.add(UNUSED, count=unused)
    loose = list_sheet_parts(archive) - {link.part for link in book.sheets}
    if loose:
        findings.add(UNLINKED, count=len(loose))
    return has_text


def list_sheet_parts(archive: zipfile.ZipFile) -> set[str]:
    """Return the parts of the archive that are sheets, listed or not."""
    return set(filter(SHEET_PART.fullmatch, archive.namelist()))
