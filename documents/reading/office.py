"""What an Office file is, and its text: Office Open XML (ISO/IEC 29500) and OpenDocument (ISO/IEC 26300). Runs apart.

The archive has been looked into before (`registry.files.archives`): its parts are few, sound and not too large.
"""

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO
from xml.parsers import expat

from documents.reading.facts import PAGES_AT_MOST, TITLE_AT_MOST, Facts, RefusedError
from documents.reading.tidying import language, one_line
from registry.files.words import PART_AT_MOST

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{OFFICE}wordprocessingml.document"
XLSX = f"{OFFICE}spreadsheetml.sheet"
PPTX = f"{OFFICE}presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
PIECE = 4 * 2**20
"""Large, since a parser begins a name that is not over yet anew with each piece."""
BREAKS = {"p", "h", "br", "line-break", "row", "cr"}
"""Elements that end a line."""
BLANKS = {"tab", "s", "c"}
HIDDEN = {"delText", "instrText", "tracked-changes", "annotation", "rPh"}
"""Elements whose text no reader sees: what was deleted, codes of fields, remarks, phonetic guides."""
ERRORS = (
    zipfile.BadZipFile,
    expat.ExpatError,
    KeyError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)
Names = dict[str, str]


class Part:
    """One part of the archive, read element by element; a name is what stands after the colon.

    A document type is not read: entities could swell without end, or name other files.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = lambda name, given: self.start(name.rpartition(":")[2], given)
        self.parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        self.parser.CharacterDataHandler = self.characters

    def read(self, archive: zipfile.ZipFile, name: str) -> None:
        """Read the part, a piece at a time."""
        if archive.getinfo(name).file_size > PART_AT_MOST:
            raise RefusedError("too_heavy")
        with archive.open(name) as content:
            while piece := content.read(PIECE):
                self.parser.Parse(piece)
        self.parser.Parse(b"", True)  # noqa: FBT003

    def start(self, name: str, given: Names) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def characters(self, text: str) -> None:
        """Text between."""


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type declaration")


class Text(Part):
    """The text that a reader sees, a line for each paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def start(self, name: str, given: Names) -> None:  # noqa: ARG002
        self.hidden += name in HIDDEN

    def end(self, name: str) -> None:
        self.hidden -= name in HIDDEN
        if name in BREAKS:
            self.pieces.append("\n")
        elif name in BLANKS:
            self.pieces.append(" ")

    def characters(self, text: str) -> None:
        if not self.hidden:
            self.pieces.append(text)

    def __str__(self) -> str:
        return "".join(self.pieces)


class Elements(Part):
    """The text and the attributes of the first element of each name that is asked for."""

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self.wanted = set(wanted)
        self.found: dict[str, str] = {}
        self.given: dict[str, Names] = {}
        self.all: list[tuple[str, Names]] = []
        self.inside = ""

    def start(self, name: str, given: Names) -> None:
        if name in self.wanted:
            self.all.append((name, given))
            self.given.setdefault(name, given)
            if name not in self.found:
                self.found[name], self.inside = "", name

    def end(self, name: str) -> None:
        if name == self.inside:
            self.inside = ""

    def characters(self, text: str) -> None:
        if self.inside and len(self.found[self.inside]) <= TITLE_AT_MOST:
            self.found[self.inside] += text


class SharedTexts(Text):
    """The texts that the cells of a workbook refer to by number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self.texts.append(" ".join("".join(self.pieces).split()))
            self.pieces.clear()


class Sheet(Text):
    """The cells of a sheet, a line for each row."""

    def __init__(self, shared: list[str]) -> None:
        super().__init__()
        self.shared = shared
        self.kind = ""
        self.value: list[str] | None = None

    def start(self, name: str, given: Names) -> None:
        super().start(name, given)
        if name == "c":
            self.kind = given.get("t", "n")
        elif name in {"v", "t"}:
            self.value = []

    def end(self, name: str) -> None:
        if name in {"v", "t"} and self.value is not None:
            self.pieces.append(self._shown("".join(self.value)))
            self.value = None
        super().end(name)

    def _shown(self, value: str) -> str:
        if self.kind != "s":
            return value
        number = int(value)
        return self.shared[number] if 0 <= number < len(self.shared) else ""

    def characters(self, text: str) -> None:
        if self.value is not None and not self.hidden:
            self.value.append(text)


def facts_of_office(stream: IO[bytes], media_type: str) -> Facts:
    """The facts of the file. Raises `RefusedError` for one that cannot be read, or that does more than be read."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_macros(archive)
            facts = _told(archive, media_type)
            has_text = any(text.strip() for _number, text in READERS[media_type](archive, 1))
    except ERRORS as error:
        raise RefusedError("broken") from error
    faults = {
        "no_text": not has_text,
        "no_language": not facts.language and media_type != XLSX,
        "no_title": not facts.title,
    }
    return facts._replace(faults=tuple(fault for fault, is_there in faults.items() if is_there))


def texts_of_office(path: str, media_type: str, first: int, count: int) -> tuple[int, Iterator[tuple[int, str]]]:
    """How many slides or sheets there are and the text of some, from the first; a text document is one page."""
    try:
        archive = zipfile.ZipFile(path)
        of = len(_parts(archive, *MAIN[media_type])) if media_type in MAIN else 1
    except ERRORS as error:
        raise RefusedError("broken") from error
    return of, _unbroken(islice(READERS[media_type](archive, first), count))


def _unbroken(pages: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    try:
        yield from pages
    except ERRORS as error:
        raise RefusedError("broken") from error


def _refuse_macros(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if any("vbaproject" in name or name.startswith(("xl/macrosheets/", "basic/", "scripts/")) for name in names):
        raise RefusedError("macros")
    if "meta-inf/manifest.xml" in names:
        manifest = Elements("encryption-data")
        manifest.read(archive, "META-INF/manifest.xml")
        if manifest.all:
            raise RefusedError("encrypted")


def _told(archive: zipfile.ZipFile, media_type: str) -> Facts:
    """What the file tells about itself. Pages of a text document are those that its program counted."""
    if media_type == ODT:
        meta = _elements(archive, "meta.xml", "title", "language", "document-statistic")
        style = _elements(archive, "styles.xml", "text-properties").all
        spoken = meta.found.get("language") or next(
            ("-".join(filter(None, (given.get("fo:language"), given.get("fo:country")))) for _n, given in style
             if given.get("fo:language", "none") != "none"), ""
        )  # fmt: skip
        pages = _count(meta.given.get("document-statistic", {}).get("meta:page-count", ""))
    else:
        meta = _elements(archive, "docProps/core.xml", "title", "language")
        spoken = meta.found.get("language") or _language_of_runs(archive, media_type)
        pages = _pages(archive, media_type)
    if (pages or 0) > PAGES_AT_MOST:
        raise RefusedError("too_many_pages")
    title = one_line(meta.found.get("title", ""), TITLE_AT_MOST)
    return Facts(media_type=media_type, pages=pages, language=language(spoken), title=title)


def _elements(archive: zipfile.ZipFile, name: str, *wanted: str) -> Elements:
    part = Elements(*wanted)
    if name in archive.namelist():
        part.read(archive, name)
    return part


def _language_of_runs(archive: zipfile.ZipFile, media_type: str) -> str:
    """The language of a Word file's styles, or of the first text on a slide."""
    if media_type == DOCX:
        return _elements(archive, "word/styles.xml", "lang").given.get("lang", {}).get("w:val", "")
    if media_type == PPTX:
        for name in _parts(archive, "ppt/presentation.xml", "sldId")[:3]:
            for _name, given in _elements(archive, name, "rPr", "endParaRPr").all:
                if given.get("lang"):
                    return given["lang"]
    return ""


def _pages(archive: zipfile.ZipFile, media_type: str) -> int | None:
    if media_type == DOCX:
        return _count(_elements(archive, "docProps/app.xml", "Pages").found.get("Pages", ""))
    main, element = MAIN[media_type]
    return len(_parts(archive, main, element))


def _count(told: str) -> int | None:
    """What a program counted, if it is a number of pages that can be."""
    return int(told) if told.isascii() and told.isdigit() and 0 < len(told) < 6 and int(told) > 0 else None  # noqa: PLR2004


def _parts(archive: zipfile.ZipFile, main: str, element: str) -> list[str]:
    """The sheets or slides in the order in which they are shown."""
    folder, name = posixpath.split(main)
    links = _elements(archive, f"{folder}/_rels/{name}.rels", "Relationship").all
    targets = {given.get("Id"): given.get("Target", "") for _name, given in links}
    shown = [targets.get(given.get("r:id"), "") for _name, given in _elements(archive, main, element).all]
    paths = [target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target) for target in shown]
    known = set(archive.namelist())
    return [path for path in map(posixpath.normpath, paths) if path in known]


def _text(archive: zipfile.ZipFile, *names: str) -> str:
    known = set(archive.namelist())
    found = []
    for name in names:
        if name in known:
            part = Text()
            part.read(archive, name)
            found.append(str(part))
    return "\n".join(found)


def _docx(archive: zipfile.ZipFile, first: int) -> Iterator[tuple[int, str]]:
    if first == 1:
        yield 1, _text(archive, "word/document.xml", "word/footnotes.xml", "word/endnotes.xml")


def _odt(archive: zipfile.ZipFile, first: int) -> Iterator[tuple[int, str]]:
    if first == 1:
        yield 1, _text(archive, "content.xml")


def _pptx(archive: zipfile.ZipFile, first: int) -> Iterator[tuple[int, str]]:
    for number, name in list(enumerate(_parts(archive, *MAIN[PPTX]), 1))[first - 1 :]:
        yield number, _text(archive, name)


def _xlsx(archive: zipfile.ZipFile, first: int) -> Iterator[tuple[int, str]]:
    shared = SharedTexts()
    if "xl/sharedStrings.xml" in archive.namelist():
        shared.read(archive, "xl/sharedStrings.xml")
    for number, name in list(enumerate(_parts(archive, *MAIN[XLSX]), 1))[first - 1 :]:
        sheet = Sheet(shared.texts)
        sheet.read(archive, name)
        yield number, str(sheet)


MAIN = {XLSX: ("xl/workbook.xml", "sheet"), PPTX: ("ppt/presentation.xml", "sldId")}
READERS: dict[str, Callable[[zipfile.ZipFile, int], Iterator[tuple[int, str]]]] = {
    DOCX: _docx,
    ODT: _odt,
    PPTX: _pptx,
    XLSX: _xlsx,
}
