"""Cleaning what comes from other programs, step by step."""

import re
from typing import NamedTuple

from publishing.pasted_text.blocks import tidy_blocks
from publishing.pasted_text.broken_lines import join_lines
from publishing.pasted_text.inline import tidy_inline
from publishing.pasted_text.left_out import LostThings, take_out
from publishing.pasted_text.lists import make_lists
from publishing.pasted_text.tables import tidy_tables
from publishing.pasted_text.tree import Node, read_tree, write_tree

OWN = "p|h2|h3|ul|ol|li|blockquote|table|tbody|tr|th|td|strong|em|a|br"
FOREIGN = re.compile(rf"<(?!/?(?:{OWN})\b)[a-z/]|<[a-z][^<>]*\s(?:style|class|align|id|role)\s*=", re.IGNORECASE)
"""Elements and attributes that the portal's own editor never writes."""
CLASS = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
LONGEST_SHEET = 200_000
"""Characters of style sheets that are looked through."""
LARGEST = 2_000_000
"""Characters of a text that is cleaned: some hundred pages. A larger one is only sanitised."""
OF_PDF_READER = re.compile(r"<br role=\"?presentation", re.IGNORECASE)


class Cleaned(NamedTuple):
    """A text as the portal can hold it, and what was left out."""

    html: str
    lost: LostThings


def is_foreign(html: str) -> bool:
    """Whether a text has something that the portal's own editor never writes, and is not too large to be cleaned."""
    return len(html) <= LARGEST and FOREIGN.search(html) is not None


def clean_html(html: str) -> Cleaned:
    """Return the HTML of another program with its lists, tables, headings and links. It still must be sanitised."""
    bold_classes = _find_bold_classes(html)
    is_broken = OF_PDF_READER.search(html) is not None
    root = read_tree(html)
    lost = take_out(root)
    if is_broken:
        return Cleaned(join_lines(_read_lines(root)), lost)
    make_lists(root)
    tidy_tables(root, bold_classes)
    tidy_inline(root, lost)
    tidy_blocks(root)
    return Cleaned(write_tree(root), +lost)


def clean_text(text: str) -> Cleaned:
    """Return plain text as paragraphs and lists."""
    return Cleaned(join_lines(text), LostThings())


def _find_bold_classes(html: str) -> set[str]:
    """Return the classes that a style sheet shows in bold, in small letters: only there Excel says what is a header."""
    sheets = "".join(part.rpartition("<style")[2] for part in html.lower().split("</style")[:-1])
    return {name for name, rules in CLASS.findall(sheets[:LONGEST_SHEET]) if BOLD.search(rules)}


def _read_lines(root: Node) -> str:
    """Return the text of a PDF reader, which ends each line with a break."""
    lines = "".join(child if isinstance(child, str) else _line_of(child) for child in root.children)
    return "\n".join(" ".join(line.split()) for line in lines.split("\n"))


def _line_of(node: Node) -> str:
    if node.tag == "br":
        return "\n"
    inner = "".join(child if isinstance(child, str) else _line_of(child) for child in node.children)
    return f"{inner}\n" if node.tag in ("p", "div") else inner
