"""Blocks for documents made from data rather than from an editor's text."""

from collections.abc import Sequence
from dataclasses import dataclass

from documents.pdf_export.glyphs import make_legible
from documents.pdf_export.html_blocks import SECTION, Block, read_blocks


@dataclass(frozen=True)
class Words:
    """A piece of text in one style, perhaps a link."""

    text: str
    strong: bool = False
    href: str = ""


Text = str | Words | Sequence["str | Words"]


def make_heading(level: int, text: str) -> Block:
    return {"kind": "heading", "level": level, "spans": _spans(text)}


def make_paragraph(text: Text, *, keeps: bool = False) -> Block:
    """Return a paragraph; one that `keeps` is on the same page as what follows."""
    return {"kind": "paragraph", "spans": _spans(text), "keeps": keeps}


def make_bullets(items: Sequence[Text]) -> Block:
    return {"kind": "ul", "items": [[make_paragraph(item)] for item in items]}


def make_table(
    header: Sequence[str], rows: Sequence[Sequence[Text]], *, numbers: bool = False, shares: Sequence[int] = ()
) -> Block:
    """Return a table with a header row. With `numbers`, all columns but the first are figures.

    `shares` are the columns' shares of the width; without them each is as wide as it needs.
    """
    return {
        "kind": "table",
        "columns": len(header),
        "header": [_spans(cell) for cell in header],
        "rows": [[_spans(cell) for cell in row] for row in rows],
        "numbers": numbers,
        "shares": list(shares),
    }


def make_drawing(svg: str, says: str) -> Block:
    """Return a drawing in colours of its own, with its text alternative."""
    return {"kind": "drawing", "svg": svg, "says": make_legible(says)}


def read_blocks_below(html: str, level: int) -> list[Block]:
    """Return an editor's text for use under a heading of that level: its own headings are moved below it."""
    blocks = read_blocks(html)
    for block in blocks:
        if block["kind"] == "heading":
            block["level"] += level + 1 - SECTION
    return blocks


def _spans(text: Text) -> list[Block]:
    words = [text] if isinstance(text, str | Words) else text
    spans: list[Block] = []
    for word in words:
        piece = Words(word) if isinstance(word, str) else word
        if piece.text:
            runs = [{"text": make_legible(piece.text), "strong": piece.strong, "em": False}]
            spans.append({"href": piece.href, "runs": runs})
    return spans
