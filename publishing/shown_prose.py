"""Rich text as the public pages show it: each table in a frame that scrolls, with what its headers belong to."""

import re

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from publishing.pasted_text.tree import Child, Node, read_tree, rewrite_elements, write_tree

CAPTION = re.compile(r"(?:tabell|table)\b", re.IGNORECASE)
"""How a paragraph begins that is the caption of the table after it: the editor has no other."""
FIGURE = re.compile(r"[-−+±]?\s?\d[\d\s\xa0.,]*(?:%|kr|procent)?")
LONGEST_LABEL = 100


def show_prose(html: str) -> SafeString:
    """Return sanitised HTML as a page shows it."""
    if "<table" not in html:
        return mark_safe(html)  # noqa: S308 (the field sanitises in `full_clean`)
    root = read_tree(html)
    labels: list[str] = []

    def show(node: Node) -> list[Child]:
        node.children = _move_captions(node.children)
        return [_frame(node, labels)] if node.tag == "table" else [node]

    rewrite_elements(root, show)
    root.children = _move_captions(root.children)
    return mark_safe(write_tree(root))  # noqa: S308 (made of what the field has sanitised)


def _move_captions(children: list[Child]) -> list[Child]:
    """Move each paragraph that is a table's caption into the table, which names its frame."""
    kept: list[Child] = []
    for child in children:
        before = kept[-1] if kept else ""
        if _is(child, "div") and _is(before, "p") and CAPTION.match(before.text):  # type: ignore[union-attr]
            kept.pop()
            _add_caption(child, before)  # type: ignore[arg-type]
        kept.append(child)
    return kept


def _add_caption(framed: Node, caption: Node) -> None:
    table = framed.children[0]
    if isinstance(table, Node):
        table.children.insert(0, Node("caption", caption.children))
        framed.attributes["aria-label"] = caption.text[:LONGEST_LABEL]


def _frame(table: Node, labels: list[str]) -> Node:
    """Return a table in its frame, named by its headers so that no two frames of a text have the same name."""
    rows = [row for row in table.walk() if row.tag == "tr"]
    heads = [rows[0]] if rows[1:] and all(_is(cell, "th") for cell in rows[0].children) else []
    body = rows[len(heads) :]
    _mark_cells([_cells_of(row) for row in heads], [_cells_of(row) for row in body])
    table.children = [Node(name, list(part)) for name, part in (("thead", heads), ("tbody", body)) if part]
    label = _name_table(heads, labels)
    return Node("div", [table], **{"class": "table-frame", "role": "region", "tabindex": "0", "aria-label": label})


def _mark_cells(heads: list[list[Node]], body: list[list[Node]]) -> None:
    """Say what header cells belong to, and which cells are figures; the header of a column of figures is one too."""
    for cell in (cell for row in body for cell in row):
        if cell.tag == "th":
            cell.attributes["scope"] = "row"
        elif FIGURE.fullmatch(cell.text):
            cell.attributes["class"] = "number"
    is_plain = not any({"colspan", "rowspan"} & {*cell.attributes} for row in (*heads, *body) for cell in row)
    for row in heads:
        for at, cell in enumerate(row):
            cell.attributes["scope"] = "col"
            below = [cells[at] for cells in body if at < len(cells) and cells[at].text]
            if is_plain and below and all("class" in one.attributes for one in below):
                cell.attributes["class"] = "number"


def _cells_of(row: Node) -> list[Node]:
    return [cell for cell in row.children if isinstance(cell, Node)]


def _name_table(heads: list[Node], labels: list[str]) -> str:
    words = ", ".join(filter(None, (cell.text for row in heads for cell in _cells_of(row))))
    label = _("Table: %(columns)s") % {"columns": words} if words else _("Table")
    label = label[:LONGEST_LABEL]
    labels.append(label)
    return f"{label} ({labels.count(label)})" if labels.count(label) > 1 else label


def _is(child: Child, tag: str) -> bool:
    return isinstance(child, Node) and child.tag == tag
