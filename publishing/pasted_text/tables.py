"""Tables of other programs: with a header row where they have one, and without those that only place things."""

import re

from publishing.pasted_text.tree import Child, Node, find_style, rewrite_elements

CELLS = {"td", "th"}
SECTIONS = {"thead", "tbody", "tfoot"}
BOLD = {"bold", "bolder", "600", "700", "800", "900"}
NUMBER = re.compile(r"[0-9]{1,5}")
MOST_CELLS = 60
"""That a cell may span. Word writes fewer, and a page must not be made of one number."""


def tidy_tables(root: Node, bold_classes: set[str]) -> None:
    """Make plain tables: rows of cells, the first of header cells if it was shown as a header."""

    def tidy(node: Node) -> list[Child]:
        return _tidy_table(node, bold_classes) if node.tag == "table" else [node]

    rewrite_elements(root, tidy)


def _tidy_table(table: Node, bold_classes: set[str]) -> list[Child]:
    rows = _find_rows(table)
    while rows and not rows[-1].text:  # Word ends a table of merged cells with a row of no height
        rows.pop()
    captions: list[Child] = [
        Node("p", one.children) for one in table.children if isinstance(one, Node) and one.tag == "caption"
    ]
    cells = [cell for row in rows for cell in _cells_of(row)]
    if not cells or _only_places(table, rows):
        return [*captions, *(Node("div", cell.children) for cell in cells)]
    first = _cells_of(rows[0])
    heads = _in_head(table) or (len(rows) > 1 and all(_is_bold(cell, bold_classes) for cell in first))
    for cell in first if heads else ():
        cell.tag = "th"
    for cell in cells:
        cell.attributes = _read_spans(cell)
    return [*captions, Node("table", [Node("tbody", [Node("tr", [*_cells_of(row)]) for row in rows])])]


def _find_rows(table: Node) -> list[Node]:
    """Return the rows that have something in them, in order."""
    rows = []
    for child in table.children:
        if isinstance(child, Node) and child.tag in SECTIONS:
            rows += _find_rows(child)
        elif isinstance(child, Node) and child.tag == "tr":
            rows.append(child)
    return [row for row in rows if _cells_of(row)]


def _cells_of(row: Node) -> list[Node]:
    return [child for child in row.children if isinstance(child, Node) and child.tag in CELLS]


def _only_places(table: Node, rows: list[Node]) -> bool:
    """Whether a table shows no figures but puts things in their places, as in mails."""
    is_layout = table.attributes.get("role") in ("presentation", "none")
    return is_layout or table.has({"table"}) or all(len(_cells_of(row)) == 1 for row in rows)


def _in_head(table: Node) -> bool:
    first = next(
        (child for child in table.children if isinstance(child, Node) and child.tag in {*SECTIONS, "tr"}), None
    )
    return first is not None and first.tag == "thead" and bool(_find_rows(first))


def _is_bold(cell: Node, bold_classes: set[str]) -> bool:
    """Whether all text of a cell is bold, or the cell is empty: the corner above the first column often is."""
    if cell.tag == "th" or not cell.text or _has_bold_style(cell, bold_classes):
        return True
    bold = [one for one in cell.walk() if one.tag in ("b", "strong") or _has_bold_style(one, bold_classes)]
    return bool(bold) and sum(len(one.text) for one in _outermost(bold)) >= len(cell.text)


def _outermost(nodes: list[Node]) -> list[Node]:
    inner = {id(below) for node in nodes for below in node.walk()}
    return [node for node in nodes if id(node) not in inner]


def _has_bold_style(node: Node, bold_classes: set[str]) -> bool:
    return find_style(node, "font-weight") in BOLD or any(name.lower() in bold_classes for name in node.classes)


def _read_spans(cell: Node) -> dict[str, str]:
    """Return how many columns and rows a cell takes, where it is more than one."""
    spans = {name: cell.attributes.get(name, "") for name in ("colspan", "rowspan")}
    return {
        name: told for name, told in spans.items() if told.isascii() and told.isdigit() and 1 < int(told) <= MOST_CELLS
    }
