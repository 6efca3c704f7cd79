"""Typst, which makes the PDF."""

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from documents.pdf_export.glyphs import NOT_ALWAYS_AT_HAND, spell_out

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent


def typeset_document(content: str, day: date) -> bytes:
    """Return the PDF of a document's content, given as JSON.

    Typst refuses what breaks the standards. With our template that is only a character that no typeface has.
    """
    try:
        return _compile(content, day)
    except typst.TypstError:
        return _compile(spell_out(content, NOT_ALWAYS_AT_HAND), day)


def _compile(content: str, day: date) -> bytes:
    return typst.compile(
        HERE / "document.typ",
        root=PROJECT,
        font_paths=_typefaces(),
        sys_inputs={"content": content},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=datetime.combine(day, time(), UTC),
    )


@cache
def _typefaces() -> typst.Fonts:
    """Return our typefaces and Typst's, never the system's: pages break alike everywhere."""
    return typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])
