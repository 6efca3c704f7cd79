"""HTML as a tree that can be rewritten."""

import re
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser

import nh3

VOID = {"br", "hr", "img", "input", "col", "embed"}
UNREAD = {"script", "style", "title", "template", "noscript"}
"""Elements whose contents are no text."""
TAGS = {
    "a", "address", "article", "aside", "audio", "b", "blockquote", "br", "button", "caption", "center", "cite",
    "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "embed", "figcaption", "figure", "font",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "iframe", "img", "input", "ins",
    "label", "li", "main", "math", "nav", "object", "ol", "p", "pre", "q", "s", "section", "select", "small",
    "span", "strike", "strong", "sub", "sup", "svg", "table", "tbody", "td", "textarea", "tfoot", "th", "thead",
    "tr", "u", "ul", "video",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"style", "class", "id", "role", "align", "aria-level", "data-aria-level"},
    "a": {"href", "title", "rel"},
    "ol": {"start", "type", "data-type"},
    "font": {"color"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel", "file"}
DEEPEST = 80
"""Elements nested deeper are reduced to what is in them, so that hostile text does not exhaust the stack."""


class Node:
    """An element and what is in it."""

    def __init__(self, tag: str, children: "list[Child] | None" = None, **attributes: str) -> None:
        self.tag, self.children, self.attributes = tag, children or [], attributes

    @property
    def style(self) -> str:
        return self.attributes.get("style", "")

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """All text in the element, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from ["\n"] if child.tag == "br" else child._texts()  # noqa: SLF001

    def walk(self) -> "Iterator[Node]":
        """Yield all elements in it, each before those in it."""
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def has(self, tags: set[str]) -> bool:
        """Whether any of the elements in it has one of those names."""
        return any(one.tag in tags for one in self.walk())


Child = Node | str
Rule = Callable[[Node], list[Child]]


def read_tree(html: str) -> Node:
    """Return the tree of any HTML, read as a browser reads it, without comments, scripts and unknown elements."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=UNREAD,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return builder.root


def write_tree(root: Node) -> str:
    """Return the HTML of what is in an element."""
    return "".join(escape(child, quote=False) if isinstance(child, str) else _write(child) for child in root.children)


def rewrite_elements(parent: Node, rule: Rule) -> None:
    """Put what a rule makes of each element in its place: the innermost first."""
    made: list[Child] = []
    for child in parent.children:
        if isinstance(child, Node):
            rewrite_elements(child, rule)
            made += rule(child)
        else:
            made.append(child)
    parent.children = made


def find_style(node: Node, name: str) -> str:
    """Return the value of one property in an element's own style, in lower case; empty if it has none."""
    found = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]*)", node.style, re.IGNORECASE)
    return " ".join(found[1].lower().split()) if found else ""


def _write(node: Node) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    opening = f"<{node.tag}{attributes}>"
    return opening if node.tag in VOID else f"{opening}{write_tree(node)}</{node.tag}>"


class _Builder(HTMLParser):
    """Builds the tree of HTML that nh3 has made well-formed."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("body")
        self.open = [self.root]
        self.too_deep = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, None, **{name: value or "" for name, value in attrs})
        if tag in VOID:
            self.open[-1].children.append(node)
        elif len(self.open) > DEEPEST:
            self.too_deep += 1
        else:
            self.open[-1].children.append(node)
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
