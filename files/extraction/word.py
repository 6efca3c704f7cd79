"""The text of a Word file (WordprocessingML, ISO/IEC 29500-1, chapter 17). Runs in the sandbox."""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from files.extraction.findings import DELETIONS, ROWS, SHAPES, TEXT, Findings
from files.extraction.xml_parts import FALSE, TRUE, Alternatives, Names, Part, Text, get_attribute

BODY = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
STYLES = "word/styles.xml"
MARGINS = re.compile(r"word/(?:header|footer)\d*\.xml")
"""Not part of the text, since they are on every page; only searched for hidden content."""
FORMER = frozenset({"rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange"})
"""Properties before a tracked change."""
WRITTEN = {"p": "\n", "br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
"""Elements that stand for a character."""
CHARACTERS = range(0x21, 0xFFFE)
PRIVATE = range(0xE000, 0xF900)
"""Private use: places in a symbol font, not characters."""
PAGE_NUMBER = re.compile(r"[\s\divxlcdm.,–-]*", re.IGNORECASE)


class Styles(Part):
    """Which styles hide text (`w:vanish`, 17.3.2.41), themselves or by inheritance."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.current = ""
        self.hides_all = False
        self.hidden: dict[str, bool] = {}
        self.based_on: dict[str, str] = {}
        self.default: dict[str, str] = {}

    def start(self, name: str, given: Names) -> None:
        parents = self.path[-2:]
        self.path.append(name)
        if name == "style":
            self.current = get_attribute(given, "styleId") or ""
            if get_attribute(given, "default") in TRUE:
                self.default[get_attribute(given, "type") or ""] = self.current
        elif name == "basedOn" and parents[-1:] == ["style"]:
            self.based_on[self.current] = get_attribute(given, "val") or ""
        elif name == "vanish" and parents == ["style", "rPr"]:
            self.hidden[self.current] = is_on(given)
        elif name == "vanish" and parents == ["rPrDefault", "rPr"]:
            self.hides_all = is_on(given)

    def end(self, name: str) -> None:  # noqa: ARG002
        self.path.pop()

    def hides(self, style: str) -> bool:
        """Whether a style hides text. The answer is remembered, also for the styles that it is based on."""
        passed = []
        while style and style not in self.hidden:
            self.hidden[style] = False  # ends circles
            passed.append(style)
            style = self.based_on.get(style, "")
        answer = self.hidden.get(style, False)
        self.hidden.update(dict.fromkeys(passed, answer))
        return answer


def is_on(given: Names) -> bool:
    """Whether a property is on: its mere presence turns it on (17.17.4)."""
    return get_attribute(given, "val") not in FALSE


class Run(NamedTuple):
    """A run of text with its styles; `vanish` is whether it hides its text itself."""

    paragraph: str
    table: str
    style: str = ""
    vanish: bool | None = None
    is_web_hidden: bool = False


class WordText(Text):
    """The text of a document's part, a line for each paragraph."""

    text_elements = frozenset({"t", "delText"})

    def __init__(self, styles: Styles, findings: Findings) -> None:
        super().__init__(findings)
        self.styles = styles
        self.alternatives = Alternatives()
        self.path: list[str] = []
        self.paragraphs: list[str] = []
        self.tables: list[str] = []
        self.runs: list[Run] = []
        self.rows: list[bool] = []
        self.drawings: list[bool] = []
        self.counted_in_paragraph: set[str] = set()

    def hidden_as(self, name: str, given: Names) -> str | None:
        if name in {"del", "moveFrom", "delText"}:
            return DELETIONS
        if name in FORMER or self.alternatives.is_another(name):
            return ""
        if "visibility:hidden" in given.get("style", "").replace(" ", ""):  # VML
            return SHAPES
        return None

    def begin(self, name: str, given: Names) -> None:
        parent = self.path[-1] if self.path else ""
        self.path.append(name)
        self.alternatives.begin(name)
        match name:
            case "p":
                self.paragraphs.append(self.styles.default.get("paragraph", ""))
                self.counted_in_paragraph.clear()
            case "tbl":
                self.tables.append(self.styles.default.get("table", ""))
            case "tr":
                self.rows.append(False)
            case "r":
                self.runs.append(Run("".join(self.paragraphs[-1:]), "".join(self.tables[-1:])))
            case "inline" | "anchor":
                self.drawings.append(False)
            case "docPr" if self.drawings:
                self.drawings[-1] = given.get("hidden") in TRUE
            case "sym":
                self.take(_symbol(given))
            case _:
                self._note_property(parent, name, given)

    def _note_property(self, parent: str, name: str, given: Names) -> None:
        """Note a property of a run, a paragraph, a row or a table, which comes before its text."""
        match parent, name:
            case "rPr", "vanish" | "webHidden" | "rStyle" if self.runs and self.path[-3:-2] == ["r"]:
                run = self.runs[-1]
                if name == "vanish":
                    self.runs[-1] = run._replace(vanish=is_on(given))
                elif name == "webHidden":
                    self.runs[-1] = run._replace(is_web_hidden=is_on(given))
                else:
                    self.runs[-1] = run._replace(style=get_attribute(given, "val") or "")
            case "pPr", "pStyle" if self.paragraphs:
                self.paragraphs[-1] = get_attribute(given, "val") or ""
            case "tblPr", "tblStyle" if self.tables:
                self.tables[-1] = get_attribute(given, "val") or ""
            case "trPr", "hidden" if self.rows:
                self.rows[-1] = is_on(given)

    def finish(self, name: str) -> None:
        self.path.pop()
        self.alternatives.finish(name)
        if name in WRITTEN:
            self.take(WRITTEN[name])
        self._leave(name)

    def _leave(self, name: str) -> None:
        match name:
            case "p" if self.paragraphs:
                self.paragraphs.pop()
            case "tbl" if self.tables:
                self.tables.pop()
            case "tr" if self.rows:
                self.rows.pop()
            case "r" if self.runs:
                self.runs.pop()
            case "inline" | "anchor" if self.drawings:
                self.drawings.pop()

    def take(self, text: str) -> None:
        kind = self._hidden_by_state(text)
        if kind is None:
            super().take(text)
        elif kind and text.strip() and kind not in self.counted_in_paragraph:
            self.counted_in_paragraph.add(kind)
            self.findings.add(kind)

    def _hidden_by_state(self, text: str) -> str | None:
        """Return the kind of hidden content that text is here; empty if it is not worth reporting, None if visible."""
        if any(self.rows):
            return ROWS
        if any(self.drawings):
            return SHAPES
        for run in self.runs:
            if run.is_web_hidden:  # Word hides the page numbers of its table of contents so
                return "" if PAGE_NUMBER.fullmatch(text) else TEXT
            if self._hides(run):
                return TEXT
        return None

    def _hides(self, run: Run) -> bool:
        """Whether the text of a run is hidden, by itself or by styles, which toggle each other (17.7.3)."""
        if run.vanish is not None:
            return run.vanish
        own = run.style or self.styles.default.get("character", "")
        hiding = sum(self.styles.hides(style) for style in (run.table, run.paragraph, own))
        return self.styles.hides_all or hiding % 2 == 1


def _symbol(given: Names) -> str:
    """Return a character of a symbol font, if other fonts have it too; otherwise a space."""
    try:
        code = int(get_attribute(given, "char") or "", 16)
    except ValueError:
        return " "
    return chr(code) if code in CHARACTERS and code not in PRIVATE else " "


def read_document(archive: zipfile.ZipFile, first: int, findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield the document with its notes as one page."""
    if first == 1:
        styles = _styles(archive)
        yield 1, "\n".join(_read_part(archive, name, styles, findings) for name in BODY if name in archive.NameToInfo)


def inspect_document(archive: zipfile.ZipFile, findings: Findings) -> bool:
    """Find hidden content in a document. Return whether it has visible text."""
    styles = _styles(archive)
    texts = [_read_part(archive, name, styles, findings) for name in BODY if name in archive.NameToInfo]
    for name in filter(MARGINS.fullmatch, archive.namelist()):
        _read_part(archive, name, styles, findings)
    return any(text.strip() for text in texts)


def _styles(archive: zipfile.ZipFile) -> Styles:
    styles = Styles()
    if STYLES in archive.NameToInfo:
        styles.read(archive, STYLES)
    return styles


def _read_part(archive: zipfile.ZipFile, name: str, styles: Styles, findings: Findings) -> str:
    part = WordText(styles, findings)
    part.read(archive, name)
    return str(part)
