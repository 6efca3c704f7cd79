"""Editors' HTML as data for the Typst template: blocks, spans and runs. None of it is ever read as markup."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

import nh3
from django.utils.encoding import iri_to_uri

from documents.pdf_export.glyphs import make_legible

BLOCKS = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "caption", "tr", "th", "td"}
LINES = BLOCKS - {"ul", "ol", "table", "tr"}
"""Elements that begin a line of their own; the others only contain them."""
INLINE = {"strong", "em", "a", "br"}
ATTRIBUTES = {"a": {"href"}, "p": {"lang"}} | {cell: {"colspan", "rowspan"} for cell in ("td", "th")}
SAFE_LINK = re.compile(r"(?:https?|mailto|tel):\S.{0,2000}", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,5}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
DEEPEST = 24
"""Elements nested deeper than this are reduced to text: Typst stops at 80 nested calls."""
WIDEST_CELL = 60
"""Columns or rows of one cell: a few characters must not make a table of millions."""
BREAK = "\n"
SECTION = 2
"""The level of a document's sections: the title is the only heading on the first."""

Block = dict[str, Any]
Node = str | Element


@dataclass(frozen=True)
class Run:
    """Text in one style; a line break has the text `BREAK`."""

    text: str = ""
    strong: bool = False
    em: bool = False
    href: str = ""


PLAIN = Run()


def read_blocks(html: str) -> list[Block]:
    """Return the blocks of an HTML text. Elements and links outside the subset are reduced to text."""
    clean = nh3.clean(html, tags=BLOCKS | INLINE, attributes=ATTRIBUTES, link_rel=None)
    return _without_skipped_level(list(_blocks(_nodes(_Tree.read(clean)), 0)))


class _Tree(HTMLParser):
    """Builds a tree from HTML that nh3 has made well-formed."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()

    @classmethod
    def read(cls, html: str) -> Element:
        tree = cls()
        tree.builder.start("body", {})
        tree.feed(html)
        tree.close()
        tree.builder.end("body")
        return tree.builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag == "br":
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(make_legible(data))


def _nodes(parent: Element) -> Iterator[Node]:
    """Yield the parent's texts and elements, in order."""
    yield parent.text or ""
    for child in parent:
        yield child
        yield child.tail or ""


def _is(node: Node, *tags: str) -> bool:
    return isinstance(node, Element) and node.tag in tags


def _blocks(nodes: Iterable[Node], depth: int) -> Iterator[Block]:
    """Yield the blocks among the nodes; loose text between them becomes a paragraph."""
    for is_block, group in groupby(nodes, lambda node: _is(node, *BLOCKS)):
        if is_block:
            for element in group:
                yield from _block(element, depth + 1)  # type: ignore[arg-type]
        else:
            yield from _paragraph(run for node in group for run in _runs(node, PLAIN, depth))


def _block(element: Element, depth: int) -> Iterator[Block]:
    match element.tag:
        case "h2" | "h3" if depth == 1:
            yield from _heading(element)
        case "h2" | "h3":
            yield from _paragraph(_runs(element, Run(strong=True), depth))
        case "ul" | "ol" if depth < DEEPEST:
            yield from _list(element, depth)
        case "blockquote" if depth < DEEPEST:
            yield {"kind": "quote", "blocks": list(_blocks(_nodes(element), depth))}
        case "table" if depth < DEEPEST:
            yield from _table(element, depth)
        case _:
            yield from _paragraph(_runs(element, PLAIN, depth), _language_of(element))


def _language_of(element: Element) -> str:
    """Return the language that the element declares, such as `en`, or nothing."""
    language = element.get("lang", "").lower()
    return language if LANGUAGE.fullmatch(language) else ""


def _paragraph(runs: Iterable[Run], language: str = "") -> Iterator[Block]:
    """Yield a paragraph, unless it is empty; `language` is given if it differs from the document's."""
    if spans := _spans(runs):
        yield {"kind": "paragraph", "spans": spans} | ({"language": language} if language else {})


def _heading(element: Element) -> Iterator[Block]:
    """Yield a heading as one line without links: its words are also a link in the table of contents."""
    runs = [replace(run, href="", text=" " if run.text == BREAK else run.text) for run in _runs(element, PLAIN, 1)]
    if spans := _spans(runs):
        yield {"kind": "heading", "level": int(element.tag[1]), "spans": spans}


def _without_skipped_level(blocks: list[Block]) -> list[Block]:
    """Move third-level headings before the first second-level one up: PDF/UA-1 (7.4.2) forbids skipped levels."""
    for block in blocks:
        if block["kind"] == "heading":
            if block["level"] == SECTION:
                break
            block["level"] = SECTION
    return blocks


def _list(element: Element, depth: int) -> Iterator[Block]:
    """Yield the list; content that is wrongly between its items becomes items too."""
    items = [
        list(_blocks(_nodes(node) if _is(node, "li") else [node], depth + 1))  # type: ignore[arg-type]
        for node in _nodes(element)
    ]
    if items := [item for item in items if item]:
        yield {"kind": element.tag, "items": items}


def _table(element: Element, depth: int) -> Iterator[Block]:
    """Yield the caption as a paragraph, then the table, its rows padded to the longest.

    A cell over several columns or rows is shown in the first of them; the others are empty.
    """
    for caption in element.findall("caption"):
        yield from _paragraph(_runs(caption, Run(strong=True), depth))
    rows = [
        [_spans(_runs(cell, PLAIN, depth)) if isinstance(cell, Element) else [] for cell in row]
        for row in _lay_out(element.findall("tr"))
    ]
    columns = max(map(len, rows), default=0)
    if columns == 0:
        return
    is_headed = len(rows[0]) == columns and all(cell.tag == "th" for cell in element.findall("tr[1]/*"))
    rows = [row + [[]] * (columns - len(row)) for row in rows]
    header = rows.pop(0) if is_headed else []
    yield {"kind": "table", "columns": columns, "header": header, "rows": rows}


def _lay_out(rows: list[Element]) -> list[list[Element | None]]:
    """Return the cell of each place in the rows; None where one reaches that begins elsewhere."""
    laid: list[list[Element | None]] = []
    below: dict[int, int] = {}  # for how many more rows a cell reaches down, by column
    for row in rows:
        places: list[Element | None] = []
        for cell in row:
            _skip(places, below)
            across, down = (_span_of(cell, name) for name in ("colspan", "rowspan"))
            below |= {len(places) + n: down for n in range(across) if down > 1}
            places += [cell, *[None] * (across - 1)]
        _skip(places, below)
        laid.append(places)
        below = {column: left - 1 for column, left in below.items() if left > 1}
    return laid


def _skip(places: list[Element | None], below: dict[int, int]) -> None:
    """Leave the places empty that a cell above reaches into."""
    while len(places) in below:
        places.append(None)


def _span_of(cell: Element, name: str) -> int:
    told = cell.get(name, "")
    return min(max(int(told), 1), WIDEST_CELL) if NUMBER.fullmatch(told) else 1


def _runs(node: Node, style: Run, depth: int) -> Iterator[Run]:
    """Yield the node's text in its styles; nested blocks begin on a new line."""
    if isinstance(node, str):
        yield replace(style, text=node)
    elif node.tag == "br":
        yield replace(style, text=BREAK)
    elif depth > DEEPEST:
        yield replace(style, text=" ".join(node.itertext()))
    else:
        style = _styled(style, node)
        for child in _nodes(node):
            if _is(child, *LINES):
                yield replace(style, text=BREAK)
            yield from _runs(child, style, depth + 1)


def _styled(style: Run, element: Element) -> Run:
    href = element.get("href", "").strip()
    return replace(
        style,
        strong=style.strong or element.tag == "strong",
        em=style.em or element.tag == "em",
        href=iri_to_uri(href) if SAFE_LINK.fullmatch(href) else style.href,
    )


def _spans(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """Group the runs by link, so that a link in several styles is one link."""
    return [
        {"href": href, "runs": [{"text": run.text, "strong": run.strong, "em": run.em} for run in group]}
        for href, group in groupby(_without_loose_space(runs), lambda run: run.href)
    ]


def _without_loose_space(runs: Iterable[Run]) -> list[Run]:
    """Return the runs with single spaces, none next to a break, and no break first or last."""
    kept: list[Run] = []
    for run in runs:
        text = run.text
        if text == BREAK:
            _trim_end(kept, " ")
        if not kept:
            text = text.lstrip()
        elif kept[-1].text.endswith((" ", BREAK)):
            text = text.lstrip(" ")
        if text:
            kept.append(replace(run, text=text))
    _trim_end(kept)
    return kept


def _trim_end(runs: list[Run], characters: str | None = None) -> None:
    """Strip those characters (by default any white space) from the end, and runs that become empty."""
    while runs:
        last = runs.pop()
        if text := last.text.rstrip(characters):
            runs.append(replace(last, text=text))
            return
