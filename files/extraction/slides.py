"""The text of a presentation (PresentationML, ISO/IEC 29500-1, chapter 19). Runs in the sandbox."""

import re
import zipfile
from collections.abc import Iterator

from files.extraction.findings import NOTES, SHAPES, SLIDE, UNLINKED, Findings
from files.extraction.xml_parts import (
    FALSE,
    TRUE,
    Alternatives,
    Names,
    Text,
    find_linked_parts,
    get_attribute,
    get_link,
    read_elements,
)

PRESENTATION = "ppt/presentation.xml"
SLIDE_PART = re.compile(r"ppt/slides/[^/]+\.xml")
SHAPE_ELEMENTS = frozenset({"sp", "grpSp", "pic", "graphicFrame", "cxnSp", "contentPart"})
FURNITURE = frozenset({"sldNum", "dt", "hdr", "ftr", "sldImg"})
"""Placeholders that are on every page of notes."""


class Slide(Text):
    """The text of a slide, a line for each paragraph."""

    text_elements = frozenset({"t"})

    def __init__(self, findings: Findings, place: str) -> None:
        super().__init__(findings, place)
        self.alternatives = Alternatives()
        self.shapes: list[bool] = []
        self.is_hidden = False

    def hidden_as(self, name: str, given: Names) -> str | None:
        if name == "sld" and get_attribute(given, "show") in FALSE:
            self.is_hidden = True
            return ""
        return "" if self.alternatives.is_another(name) else None

    def begin(self, name: str, given: Names) -> None:
        self.alternatives.begin(name)
        if name in SHAPE_ELEMENTS:
            self.shapes.append(False)
        elif name == "cNvPr" and self.shapes and get_attribute(given, "hidden") in TRUE:
            self.shapes[-1] = True

    def finish(self, name: str) -> None:
        self.alternatives.finish(name)
        if name in {"p", "br"}:
            self.take("\n")
        elif name in SHAPE_ELEMENTS and self.shapes.pop() and not any(self.shapes):
            self.findings.add(SHAPES, self.place)

    def take(self, text: str) -> None:
        if not any(self.shapes):
            super().take(text)


class SpeakerNotes(Text):
    """The speaker notes of a slide, without dates and numbers."""

    text_elements = frozenset({"t"})

    def __init__(self, findings: Findings, place: str) -> None:
        super().__init__(findings, place)
        self.is_furniture = False

    def hidden_as(self, name: str, given: Names) -> str | None:
        if name == "sp":
            self.is_furniture = False
        elif name == "ph":
            self.is_furniture = given.get("type") in FURNITURE
        return None

    def take(self, text: str) -> None:
        if not self.is_furniture:
            super().take(text)


def list_slide_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return the parts of the slides, in the order in which they are shown."""
    links = find_linked_parts(archive, PRESENTATION)
    shown = read_elements(archive, PRESENTATION, "sldId").all
    return [links[link] for _name, given in shown if (link := get_link(given)) in links]


def read_slides(archive: zipfile.ZipFile, first: int, findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield the slides from `first`. A hidden one keeps its number, and has no text."""
    for number, name in list(enumerate(list_slide_parts(archive), 1))[first - 1 :]:
        slide = Slide(findings, str(number))
        slide.read(archive, name)
        if slide.is_hidden:
            findings.add(SLIDE, str(number))
        yield number, str(slide)


def inspect_slides(archive: zipfile.ZipFile, findings: Findings) -> bool:
    """Find hidden content in a presentation. Return whether it has visible text."""
    has_text = any([bool(text.strip()) for _number, text in read_slides(archive, 1, findings)])  # noqa: C419 - all are read
    parts = list_slide_parts(archive)
    for number, name in enumerate(parts, 1):
        for part in find_linked_parts(archive, name, "/notesSlide").values():
            notes = SpeakerNotes(findings, str(number))
            notes.read(archive, part)
            if str(notes).strip():
                findings.add(NOTES, str(number))
    if loose := set(filter(SLIDE_PART.fullmatch, archive.namelist())) - set(parts):
        findings.add(UNLINKED, count=len(loose))
    return has_text
