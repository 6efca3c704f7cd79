"""The text of an OpenDocument text (ODF 1.3, part 3; ISO/IEC 26300). Runs in the sandbox."""

import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from files.extraction.findings import COMMENTS, DELETIONS, ROWS, TEXT, Findings
from files.extraction.xml_parts import Names, Part, Text, get_attribute

CONTENT = "content.xml"
STYLES = "styles.xml"
PARAGRAPHS = frozenset({"p", "h"})
SPANS = frozenset({"span", "a"})
WRITTEN = {"p": "\n", "h": "\n", "line-break": "\n", "tab": " ", "s": " "}
"""Elements that stand for a character."""
CONDITIONAL = frozenset({"hidden-text", "hidden-paragraph"})
"""Fields that hide text on a condition (7.7.7 and 7.7.8)."""
Style = tuple[str, str]
"""A style's family and name."""


class Styles(Part):
    """Which styles hide text (`text:display`, 20.370), themselves or by inheritance."""

    def __init__(self) -> None:
        super().__init__()
        self.current: Style | None = None
        self.hides: dict[Style, bool] = {}
        self.parents: dict[Style, str] = {}

    def start(self, name: str, given: Names) -> None:
        if name in {"style", "default-style"}:
            self.current = get_attribute(given, "family") or "", get_attribute(given, "name") or ""
            self.parents[self.current] = get_attribute(given, "parent-style-name") or ""
        elif name == "text-properties" and self.current and (display := get_attribute(given, "display")):
            self.hides[self.current] = display != "true"

    def end(self, name: str) -> None:
        if name in {"style", "default-style"}:
            self.current = None

    def say(self, family: str, name: str) -> bool | None:
        """Return whether a style hides text; None if neither it nor its parents say. A circle says nothing."""
        passed: set[str] = set()
        while name and name not in passed:
            if (family, name) in self.hides:
                return self.hides[family, name]
            passed.add(name)
            name = self.parents.get((family, name), "")
        return None


class Place(NamedTuple):
    """An open paragraph or span: whether it hides everything inside, and whether its own text is hidden."""

    hides_all: bool
    is_hidden: bool


class OpenText(Text):
    """The text of a document, a line for each paragraph. Its own styles come before they are used."""

    text_elements = PARAGRAPHS

    def __init__(self, styles: Styles, findings: Findings) -> None:
        super().__init__(findings)
        self.styles = styles
        self.places: list[Place] = []
        self.beginnings: list[int] = []
        self.dropped: set[int] = set()
        self.is_counted_in_paragraph = False

    def hidden_as(self, name: str, given: Names) -> str | None:
        match name:
            case "tracked-changes":
                return DELETIONS
            case "annotation":
                return COMMENTS
            case "hidden-text" if is_hidden(given):
                if (get_attribute(given, "string-value") or "").strip():
                    self._count_hidden_text()
                    return ""
                return TEXT
            case "section" if get_attribute(given, "display") == "none":
                return TEXT
            case "section" if get_attribute(given, "display") == "condition" and is_hidden(given):
                return TEXT
            case "table-row" if get_attribute(given, "visibility") in {"collapse", "filter"}:
                return ROWS
        return None

    def begin(self, name: str, given: Names) -> None:
        if name in {"style", "default-style", "text-properties"}:
            self.styles.start(name, given)
        elif name in PARAGRAPHS:
            self.beginnings.append(len(self.pieces))
            self.is_counted_in_paragraph = False
            self._enter("paragraph", given, is_whole=True)
        elif name in SPANS:
            self._enter("text", given, is_whole=False)
        elif name == "hidden-paragraph" and self.beginnings and is_hidden(given):
            self.dropped.add(len(self.beginnings))

    def _enter(self, family: str, given: Names, *, is_whole: bool) -> None:
        around = self.places[-1] if self.places else Place(hides_all=False, is_hidden=False)
        hides = self.styles.say(family, get_attribute(given, "style-name") or "")
        if is_whole:
            is_hidden_here = around.is_hidden or bool(hides)
            self.places.append(Place(around.is_hidden, is_hidden_here))
        else:
            self.places.append(
                Place(around.hides_all, around.hides_all or (around.is_hidden if hides is None else hides))
            )

    def finish(self, name: str) -> None:
        if name in {"style", "default-style"}:
            self.styles.end(name)
        if name in PARAGRAPHS:
            self._end_paragraph()
        if name in WRITTEN:
            self.take(WRITTEN[name])
        if name in PARAGRAPHS or name in SPANS:
            self.places.pop()

    def _end_paragraph(self) -> None:
        """Drop the text of a paragraph that turned out to be hidden."""
        if len(self.beginnings) in self.dropped:
            self.dropped.discard(len(self.beginnings))
            if "".join(self.pieces[self.beginnings[-1] :]).strip():
                self._count_hidden_text()
            del self.pieces[self.beginnings[-1] :]
        self.beginnings.pop()

    def take(self, text: str) -> None:
        if not (self.places and self.places[-1].is_hidden):
            super().take(text)
        elif text.strip():
            self._count_hidden_text()

    def _count_hidden_text(self) -> None:
        """Count hidden text once a paragraph: programs divide text into spans as they like."""
        if not self.is_counted_in_paragraph:
            self.findings.add(TEXT)
        self.is_counted_in_paragraph = True


def is_hidden(given: Names) -> bool:
    """Whether conditional content is hidden: yes, unless the file says that it is not."""
    return get_attribute(given, "is-hidden") != "false"


def _styles(archive: zipfile.ZipFile) -> Styles:
    styles = Styles()
    if STYLES in archive.NameToInfo:
        styles.read(archive, STYLES)
    return styles


def read_open_text(archive: zipfile.ZipFile, first: int, findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield the document as one page."""
    if first == 1:
        text = OpenText(_styles(archive), findings)
        text.read(archive, CONTENT)
        yield 1, str(text)


def inspect_open_text(archive: zipfile.ZipFile, findings: Findings) -> bool:
    """Find hidden content in a document. Return whether it has visible text."""
    return any(text.strip() for _number, text in read_open_text(archive, 1, findings))
