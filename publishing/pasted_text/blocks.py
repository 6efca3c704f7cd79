"""Paragraphs, headings and the like, made of whatever other programs write them as."""

import re
from collections.abc import Iterator
from itertools import groupby

from publishing.pasted_text.tree import Child, Node, find_style

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
KEPT = {"ul", "ol", "li", "table", "tbody", "tr", "td", "th", "blockquote"}
BLOCKS = HEADINGS | KEPT | {
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "header", "hr", "main", "nav", "p", "pre", "section",
}  # fmt: skip
CONTAINERS = {"ul", "ol", "table"}
SPACE = re.compile(r"[ \t\r\n\f\xa0]{2,}|[\t\r\n\f]")
"""What becomes one space. A single no-break space stays, as in 10\xa0000."""
TITLE, QUOTES = "MsoTitle", {"MsoQuote", "MsoIntenseQuote"}
LEAST, MOST = 2, 3
"""The levels of headings in a text: the page's title has the first."""


def tidy_blocks(root: Node) -> None:
    """Make an element hold nothing but paragraphs, headings, lists, tables and quotations."""
    shift = 1 if any(_read_level(node) == 1 for node in root.walk()) else 0
    root.children = list(_make_blocks(root.children, shift))


def _make_blocks(children: list[Child], shift: int, *, has_headings: bool = True) -> Iterator[Child]:
    for is_block, group in groupby(children, key=_is_block):
        if not is_block:
            yield from _make_paragraphs(list(group))
            continue
        for node in group:
            yield from _make_block(node, shift, has_headings=has_headings)  # type: ignore[arg-type]


def _make_block(node: Node, shift: int, *, has_headings: bool) -> Iterator[Child]:
    level = _read_level(node)
    if level and not node.has(BLOCKS):
        title = _trim(_without_emphasis(node.children))
        tag = f"h{min(max(level + shift, LEAST), MOST)}" if has_headings else "p"
        yield from [Node(tag, title)] if title else []
    elif node.tag in CONTAINERS:
        yield from _make_container(node, shift)
    elif QUOTES & {*node.classes} or node.tag == "blockquote":
        yield from _keep(Node("blockquote", list(_make_blocks(node.children, shift, has_headings=False))))
    else:
        yield from _make_blocks(node.children, shift, has_headings=has_headings)


def _make_container(node: Node, shift: int) -> Iterator[Child]:
    """Yield a list or a table, each of whose parts holds paragraphs."""
    parts: list[Child] = []
    for child in node.children:
        if not isinstance(child, Node):
            continue
        if child.tag in ("tbody", "tr"):
            child.children = [one for part in child.children for one in _make_part(part, shift)]
            parts.append(child)
        else:
            parts += _make_part(child, shift)
    yield from _keep(Node(node.tag, parts, **_own_attributes(node)))


def _make_part(part: Child, shift: int) -> list[Child]:
    """Return an item or a cell with its paragraphs; an empty cell has an empty one, an empty item is left out."""
    if not isinstance(part, Node):
        return []
    if part.tag == "tr":
        return [Node("tr", [one for cell in part.children for one in _make_part(cell, shift)])]
    blocks = list(_make_blocks(part.children, shift, has_headings=False))
    if part.tag == "li":
        if not blocks:
            return []
        is_paragraph = isinstance(blocks[0], Node) and blocks[0].tag == "p"
        return [Node("li", blocks if is_paragraph else [Node("p"), *blocks])]
    for block in blocks:
        if part.tag == "th" and isinstance(block, Node):
            block.children = _without_emphasis(block.children)
    return [Node(part.tag, blocks or [Node("p")], **part.attributes)]


def _own_attributes(node: Node) -> dict[str, str]:
    return {name: value for name, value in node.attributes.items() if name in ("start", "type", "data-type")}


def _make_paragraphs(run: list[Child]) -> Iterator[Node]:
    """Yield the paragraphs of a run of text: two line breaks in a row part them."""
    part: list[Child] = []
    for at, child in enumerate(run):
        if _is_break(child) and part and _is_break(part[-1]):
            yield from _make_paragraph(part)
            part = []
        elif not (isinstance(child, str) and not child.strip() and _is_break(part[-1] if part else "") and at):
            part.append(child)
    yield from _make_paragraph(part)


def _make_paragraph(children: list[Child]) -> list[Node]:
    trimmed = _trim(children)
    return [Node("p", trimmed)] if trimmed else []


def _trim(children: list[Child]) -> list[Child]:
    """Return running text with single spaces, and none, nor a line break, first or last; empty if nothing is left."""
    for node in (one for one in children if isinstance(one, Node)):
        node.children = _squeeze(node.children)
    kept = [child for child in _squeeze(children) if child != ""]
    while kept and (_is_break(kept[0]) or _is_space(kept[0])):
        kept.pop(0)
    while kept and (_is_break(kept[-1]) or _is_space(kept[-1])):
        kept.pop()
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip()
    if kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip()
    return kept if Node("p", kept).text else []


def _squeeze(children: list[Child]) -> list[Child]:
    squeezed: list[Child] = []
    for child in children:
        if isinstance(child, Node):
            child.children = _squeeze(child.children)
            squeezed.append(child)
        elif squeezed and isinstance(squeezed[-1], str):
            squeezed[-1] = SPACE.sub(" ", squeezed[-1] + child)
        else:
            squeezed.append(SPACE.sub(" ", child))
    return squeezed


def _without_emphasis(children: list[Child]) -> list[Child]:
    """Return running text without bold, which headings and header cells are anyway."""
    bare: list[Child] = []
    for child in children:
        bare += _without_emphasis(child.children) if isinstance(child, Node) and child.tag == "strong" else [child]
    return bare


def _read_level(node: Node) -> int:
    """Return the level of a heading; 0 if it is none."""
    if node.tag in HEADINGS:
        return int(node.tag[1])
    if TITLE in node.classes:
        return 1
    told = node.attributes.get("aria-level", "")
    is_heading = node.attributes.get("role") == "heading" and told.isascii() and told.isdigit()
    return min(int(told), 6) if is_heading else _read_outline(node)


def _read_outline(node: Node) -> int:
    told = find_style(node, "mso-outline-level")
    return int(told) if node.tag == "p" and told.isdigit() and len(told) == 1 else 0


def _keep(node: Node) -> list[Child]:
    return [node] if node.children else []


def _is_block(child: Child) -> bool:
    return isinstance(child, Node) and child.tag in BLOCKS


def _is_break(child: Child) -> bool:
    return isinstance(child, Node) and child.tag == "br"


def _is_space(child: Child) -> bool:
    return isinstance(child, str) and not child.strip()
