"""What cannot be kept of a pasted text: found, taken out, counted and told."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publishing.pasted_text.tree import Child, Node, find_style, rewrite_elements

COLOURS = re.compile(r"(?:^|;)\s*(?:color|background|background-color|mso-highlight)\s*:\s*([^;]+)", re.IGNORECASE)
NO_COLOURS = {
    "auto", "black", "currentcolor", "gray", "grey", "inherit", "initial", "none", "silver", "transparent", "unset",
    "white", "window", "windowtext",
}  # fmt: skip
SURFACES = {"table", "thead", "tbody", "tr", "td", "th"}
"""What is coloured for its looks only."""
GREY_WITHIN = 24
"""The difference between red, green and blue, of 255, up to which a colour is a shade of grey."""
HEXADECIMAL = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")
RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")


class Lost(StrEnum):
    """The kinds of things that are left out."""

    IMAGE = "image"
    FILM = "film"
    COLOUR = "colour"
    UNDERLINE = "underline"
    STRIKE = "strike"
    DELETED = "deleted"
    COMMENT = "comment"
    FILE_LINK = "file_link"
    FIELD = "field"
    FORMULA = "formula"


LostThings = Counter[Lost]
GONE = {
    "img": Lost.IMAGE,
    "svg": Lost.IMAGE,
    "embed": Lost.IMAGE,
    "object": Lost.IMAGE,
    "video": Lost.FILM,
    "audio": Lost.FILM,
    "iframe": Lost.FILM,
    "del": Lost.DELETED,
    "input": Lost.FIELD,
    "select": Lost.FIELD,
    "textarea": Lost.FIELD,
    "button": Lost.FIELD,
    "math": Lost.FORMULA,
}
"""Elements that are left out whole."""


def take_out(root: Node) -> LostThings:
    """Take out what is hidden or cannot be kept, and count what somebody would miss."""
    lost: LostThings = Counter()

    def keep(node: Node) -> list[Child]:
        if _is_hidden(node):
            return []
        if _is_comment(node):
            lost[Lost.COMMENT] += "mso-element:comment" in _dense(node) and "comment-list" not in _dense(node)
            return []
        if node.tag in GONE:
            lost[GONE[node.tag]] += 1
            return []
        return [node]

    rewrite_elements(root, keep)
    lost[Lost.COLOUR] += len(set(_find_colours(root)))
    for node in _walk_outside(root, {"a"}):
        if node.tag == "u" or "underline" in find_style(node, "text-decoration"):
            lost[Lost.UNDERLINE] += bool(node.text) and not node.has({"a"})
        if node.tag in ("s", "strike") or "line-through" in find_style(node, "text-decoration"):
            lost[Lost.STRIKE] += bool(node.text)
    return +lost


def describe_lost(lost: LostThings) -> str:
    """Return what was left out, as a sentence; empty if it was nothing."""
    things = [_name(kind, lost[kind]) for kind in Lost if lost[kind]]
    if not things:
        return ""
    words = (
        _("%(some)s and %(last)s") % {"some": ", ".join(things[:-1]), "last": things[-1]} if things[1:] else things[0]
    )
    return _("This was left out: %(things)s.") % {"things": words}


def _name(kind: Lost, count: int) -> str:
    """Return a number of things that were left out, in words."""
    words = {
        Lost.IMAGE: ngettext("%(count)d image", "%(count)d images", count),
        Lost.FILM: ngettext("%(count)d film or embedded page", "%(count)d films or embedded pages", count),
        Lost.COLOUR: ngettext("%(count)d colour", "%(count)d colours", count),
        Lost.UNDERLINE: ngettext("%(count)d underlining", "%(count)d underlinings", count),
        Lost.STRIKE: ngettext("%(count)d crossing out", "%(count)d crossings out", count),
        Lost.DELETED: ngettext("%(count)d deleted passage", "%(count)d deleted passages", count),
        Lost.COMMENT: ngettext("%(count)d comment", "%(count)d comments", count),
        Lost.FILE_LINK: ngettext(
            "%(count)d link to a file on your computer", "%(count)d links to files on your computer", count
        ),
        Lost.FIELD: ngettext("%(count)d form field", "%(count)d form fields", count),
        Lost.FORMULA: ngettext("%(count)d formula", "%(count)d formulas", count),
    }
    return words[kind] % {"count": count}


def _dense(node: Node) -> str:
    return node.style.replace(" ", "").lower()


def _is_hidden(node: Node) -> bool:
    return find_style(node, "display") == "none" or find_style(node, "mso-hide") == "all"


def _is_comment(node: Node) -> bool:
    """Whether it is a comment of Word's, or the mark of one."""
    style = _dense(node)
    return (
        "mso-element:comment" in style
        or "mso-special-character:comment" in style
        or "MsoCommentReference" in node.classes
    )


def _find_colours(root: Node) -> Iterator[str]:
    """Yield the colours that say something: not those of links, headings and cells, nor shades of grey."""
    for node in _walk_outside(root, {"a", "h1", "h2", "h3", "h4", "h5", "h6"}):
        if node.tag in SURFACES or node.attributes.get("role") == "heading":
            continue
        named = [node.attributes["color"]] if "color" in node.attributes else []
        found = (" ".join(colour.lower().split()) for colour in (*COLOURS.findall(node.style), *named))
        yield from (colour for colour in found if _says_something(colour))


def _walk_outside(parent: Node, tags: set[str]) -> Iterator[Node]:
    """Yield all elements in one that are not, and are not in, any of those names."""
    for child in parent.children:
        if isinstance(child, Node) and child.tag not in tags:
            yield child
            yield from _walk_outside(child, tags)


def _says_something(colour: str) -> bool:
    if colour.split(" ", 1)[0] in NO_COLOURS or "var(" in colour or not colour:
        return False
    parts = _read_rgb(colour)
    return not parts or max(parts) - min(parts) > GREY_WITHIN


def _read_rgb(colour: str) -> list[int]:
    if found := HEXADECIMAL.match(colour):
        return [int(part, 16) for part in found.groups()]
    if found := SHORT.match(colour):
        return [int(part * 2, 16) for part in found.groups()]
    found = RGB.match(colour)
    return [int(part) for part in found.groups()] if found else []
