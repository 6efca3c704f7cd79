"""Emphasis, links and small figures in the running text of other programs."""

from urllib.parse import parse_qs, urlsplit

from publishing.pasted_text.blocks import BLOCKS
from publishing.pasted_text.left_out import Lost, LostThings
from publishing.pasted_text.tables import BOLD
from publishing.pasted_text.tree import Child, Node, find_style, rewrite_elements

HIGH = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
FIGURES = set("0123456789+-−")
EMPHASES = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em"}
LEADS_ON = {
    ("www.google.com", "/url"): "q",
    ("safelinks.protection.outlook.com", "/"): "url",
}
"""Addresses that mail programs and editors put before the real one: the end of the host, path and parameter."""


def tidy_inline(root: Node, lost: LostThings) -> None:
    """Keep bold, italics and links, raised and lowered figures as characters; of the rest, the text."""

    def tidy(node: Node) -> list[Child]:
        if node.tag == "a":
            return _tidy_link(node, lost)
        if node.tag in ("sup", "sub"):
            return _tidy_figure(node)
        if node.tag in BLOCKS or node.tag == "br":
            return [node]
        return _tidy_emphasis(node)

    rewrite_elements(root, tidy)


def _tidy_emphasis(node: Node) -> list[Child]:
    """Return what is in an element as bold or italic as it was shown."""
    weight, slope = find_style(node, "font-weight"), find_style(node, "font-style")
    kind = EMPHASES.get(node.tag, "")
    is_bold = weight in BOLD if weight else kind == "strong"
    is_italic = slope in ("italic", "oblique") if slope else kind == "em"
    children = node.children
    if node.has(BLOCKS) or not node.text:
        return children
    if is_italic:
        children = [Node("em", children)]
    return [Node("strong", children)] if is_bold else children


def _tidy_figure(node: Node) -> list[Child]:
    """Return `m2` and `CO2` with raised and lowered characters: rich text has no such style."""
    words = node.text
    if words and set(words) <= FIGURES:
        return [words.translate(HIGH if node.tag == "sup" else LOW)]
    return node.children


def _tidy_link(node: Node, lost: LostThings) -> list[Child]:
    """Return a link to a real address; of one to a file, or to a place in the other program's text, its words."""
    address = find_address(node.attributes.get("href", ""))
    if address.lower().startswith("file:") or address.startswith(("\\\\", "//", "c:", "C:")):
        lost[Lost.FILE_LINK] += bool(node.text)
        address = ""
    if not address or address.startswith("#") or not node.text:
        return node.children
    holders = [one for one in node.walk() if one.tag in BLOCKS and not one.has(BLOCKS)]
    for holder in holders:
        holder.children = [Node("a", holder.children, href=address)]
    return node.children if holders else [Node("a", node.children, href=address)]


def find_address(href: str) -> str:
    """Return the address that a link leads to in the end."""
    href = href.strip()
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    for (host, path), parameter in LEADS_ON.items():
        if (parts.hostname or "").endswith(host) and parts.path == path:
            return parse_qs(parts.query).get(parameter, [href])[0]
    return href
