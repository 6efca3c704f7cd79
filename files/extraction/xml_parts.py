"""The XML parts of an Office file, read element by element. Runs in the sandbox.

The zip archive has been checked before (`files.archives`): its parts are few, sound and not too large.
"""

import posixpath
import zipfile
from xml.parsers import expat

from files.extraction.facts import TITLE_AT_MOST, RefusedError
from files.extraction.findings import Findings

PART_AT_MOST = 50 * 2**20
PIECE = 4 * 2**20
"""Large, since the parser rescans an unfinished name with each piece."""
TRUE = frozenset({"1", "true", "on"})
FALSE = frozenset({"0", "false", "off"})
"""Attribute values for yes and no (ST_OnOff, ISO/IEC 29500-1, 22.9.2.7)."""
Names = dict[str, str]


class Part:
    """One part of the archive. Elements are known by their names without a prefix.

    So Strict and Transitional files, whose namespaces differ, are read alike. Document types are refused: their
    entities could expand without end, or refer to other files.
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
                self.pause()
        self.parser.Parse(b"", True)  # noqa: FBT003

    def pause(self) -> None:
        """Handle the end of a piece."""

    def start(self, name: str, given: Names) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def characters(self, text: str) -> None:
        """Handle text."""


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type declaration")


def get_attribute(given: Names, name: str) -> str | None:
    """Return an attribute by its name without a prefix."""
    if name in given:
        return given[name]
    return next((value for key, value in given.items() if key.rpartition(":")[2] == name), None)


class Text(Part):
    """The visible text. Elements that are left out are counted by kind, if they have any text."""

    text_elements: frozenset[str]
    """Elements whose characters are text."""

    def __init__(self, findings: Findings, place: str = "") -> None:
        super().__init__()
        self.findings = findings
        self.place = place
        self.pieces: list[str] = []
        self.within = 0
        self.skipped = 0
        self.kind = ""
        self.is_counted = False

    def pause(self) -> None:
        self.findings.check_time()

    def hidden_as(self, name: str, given: Names) -> str | None:
        """Return the kind of hidden content that an element is; empty to skip it uncounted, None to read it."""
        raise NotImplementedError

    def begin(self, name: str, given: Names) -> None:
        """Handle the start of an element that is read."""

    def finish(self, name: str) -> None:
        """Handle the end of an element that is read."""

    def take(self, text: str) -> None:
        """Handle text of an element that is read."""
        self.pieces.append(text)

    def start(self, name: str, given: Names) -> None:
        self.within += name in self.text_elements
        if self.skipped:
            self.skipped += 1
        elif (kind := self.hidden_as(name, given)) is not None:
            self.skipped, self.kind, self.is_counted = 1, kind, not kind
        else:
            self.begin(name, given)

    def end(self, name: str) -> None:
        self.within -= name in self.text_elements
        if self.skipped:
            self.skipped -= 1
        else:
            self.finish(name)

    def characters(self, text: str) -> None:
        if not self.within:
            return
        if not self.skipped:
            self.take(text)
        elif not self.is_counted and text.strip():
            self.findings.add(self.kind, self.place)
            self.is_counted = True

    def __str__(self) -> str:
        return "".join(self.pieces)


class Alternatives:
    """Picks the first of several forms of the same content (`mc:AlternateContent`, ISO/IEC 29500-3, 7.5)."""

    def __init__(self) -> None:
        self.chosen: list[bool] = []

    def begin(self, name: str) -> None:
        if name == "AlternateContent":
            self.chosen.append(False)
        elif name in {"Choice", "Fallback"} and self.chosen:
            self.chosen[-1] = True

    def finish(self, name: str) -> None:
        if name == "AlternateContent":
            self.chosen.pop()

    def is_another(self, name: str) -> bool:
        """Whether an element is another form of what has been read already."""
        return name in {"Choice", "Fallback"} and bool(self.chosen) and self.chosen[-1]


class Elements(Part):
    """Text and attributes of the first element with each wanted name, and the attributes of all of them."""

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


def read_elements(archive: zipfile.ZipFile, name: str, *wanted: str) -> Elements:
    """Return the elements of a part; none if the part is missing."""
    part = Elements(*wanted)
    if name in archive.NameToInfo:
        part.read(archive, name)
    return part


def find_linked_parts(archive: zipfile.ZipFile, name: str, ending: str = "") -> dict[str, str]:
    """Return the parts that a part links to, by the link's id; only links whose type has that ending."""
    folder, file = posixpath.split(name)
    found = {}
    for _name, given in read_elements(archive, f"{folder}/_rels/{file}.rels", "Relationship").all:
        target = given.get("Target", "")
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
        if path in archive.NameToInfo and given.get("Type", "").endswith(ending):
            found[given.get("Id", "")] = path
    return found


def get_link(given: Names) -> str:
    """Return the id of the link that an element refers to (`r:id`), not its own `id`."""
    return given.get("r:id") or next((value for key, value in given.items() if key.endswith(":id")), "")
