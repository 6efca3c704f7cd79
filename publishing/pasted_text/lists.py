"""Lists of other programs: paragraphs that Word shows as lists, and lists whose levels are not nested.

Word writes each item as a paragraph with `mso-list:l0 level2 lfo1` in its style and the bullet as text. Word Online
gives each item a list of its own and says the level in `aria-level`; Google Docs and LibreOffice put a list of the
next level beside the item that it belongs to.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from publishing.pasted_text.tree import Child, Node

LEVEL = re.compile(r"mso-list\s*:\s*[^;]*?level(\d+)", re.IGNORECASE)
MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
LISTS = {"ul", "ol"}
DEEPEST = 9
"""Word has nine levels."""
NUMBER, LETTER, ROMAN = (re.compile(rf"\(?({mark})[.)]") for mark in (r"\d{1,6}", r"[a-zA-Z]", r"[ivxIVX]{2,}|[iI]"))
OUTLINE = re.compile(r"(?:\d+\.)+(\d{1,6})\.?")
TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
BULLET = re.compile(r"\s*[•·▪‣◦]\s+")


class Item(NamedTuple):
    """An item of a list: how deep it is, how it is numbered (empty if it is not), and what is in it."""

    level: int
    numbering: str
    start: int
    children: list[Child]


def make_lists(parent: Node) -> None:
    """Make real, nested lists of all that are lists in an element."""
    unwrapped = [one for child in parent.children for one in _unwrap(child)]
    made: list[Child] = []
    for is_list, group in groupby(_without_space(unwrapped), key=_is_list_part):
        parts = list(group)
        made += _nest(item for part in parts for item in _read_items(part)) if is_list else parts  # type: ignore[arg-type]
        for part in parts:
            if not is_list and isinstance(part, Node):
                make_lists(part)
    parent.children = made


def _unwrap(child: Child) -> list[Child]:
    """Return the lists in an element that has nothing else in it, as Word Online wraps each item of one."""
    if not isinstance(child, Node) or child.tag != "div":
        return [child]
    inner = [one for one in child.children if not isinstance(one, str) or one.strip()]
    return inner if inner and all(isinstance(one, Node) and one.tag in LISTS for one in inner) else [child]


def _is_list_part(child: Child) -> bool:
    return isinstance(child, Node) and (child.tag in LISTS or _is_word_item(child) or _is_bulleted(child))


def _is_word_item(node: Node) -> bool:
    return node.tag == "p" and bool(LEVEL.search(node.style))


def _is_bulleted(node: Node) -> bool:
    return node.tag == "p" and bool(BULLET.match("".join(node._texts())))  # noqa: SLF001


def _without_space(children: list[Child]) -> list[Child]:
    """Leave out space beside lists, which programs put between items."""
    kept = []
    for at, child in enumerate(children):
        beside = children[max(0, at - 1) : at + 2]
        if not (isinstance(child, str) and not child.strip() and any(_is_list_part(one) for one in beside)):
            kept.append(child)
    return kept


def _read_items(part: Node, level: int = 1) -> Iterator[Item]:
    """Yield the items of a list, or of a paragraph that is one."""
    if part.tag == "p":
        yield _read_word_item(part) if _is_word_item(part) else _read_bulleted(part)
        return
    numbering = _read_type(part) if part.tag == "ol" else ""
    start = part.attributes.get("start", "1")
    number = int(start) if start.isascii() and start.isdigit() else 1
    for child in part.children:
        if isinstance(child, Node) and child.tag in LISTS:
            yield from _read_items(child, level + 1)
        elif isinstance(child, Node) and child.tag == "li":
            yield Item(_read_level(child, level), numbering, number, child.children)
            number += 1
        elif not isinstance(child, str) or child.strip():
            yield Item(level, numbering, number, [child])
            number += 1


def _read_type(node: Node) -> str:
    """Return how an ordered list is numbered."""
    named = {words: letter for letter, words in TYPES.items()}
    return named.get(node.attributes.get("data-type", ""), node.attributes.get("type", "1"))


def _read_level(item: Node, level: int) -> int:
    told = item.attributes.get("data-aria-level") or item.attributes.get("aria-level", "")
    return min(int(told), DEEPEST) if told.isascii() and told.isdigit() and int(told) > 0 else level


def _read_word_item(node: Node) -> Item:
    found = LEVEL.search(node.style)
    numbering, start = _read_mark(take_mark(node))
    return Item(min(max(int(found[1]), 1), DEEPEST) if found else 1, numbering, start, [Node("p", node.children)])


def _read_bulleted(node: Node) -> Item:
    _strip_start(node)
    return Item(1, "", 1, [Node("p", node.children)])


def take_mark(node: Node) -> str:
    """Take the bullet or number that Word writes as text out of a paragraph, and return it."""
    marks = [one for one in node.walk() if MARK.search(one.style)]
    words = " ".join(mark.text for mark in marks)
    for mark in marks:
        mark.children = []
    return words


def _read_mark(mark: str) -> tuple[str, int]:
    """Return how an item with that mark is numbered, and its number; empty and 1 for a bullet."""
    if found := NUMBER.fullmatch(mark) or OUTLINE.fullmatch(mark):
        return "1", int(found[1])
    if found := ROMAN.fullmatch(mark):
        return ("i" if found[1].islower() else "I"), _read_roman(found[1].lower())
    if found := LETTER.fullmatch(mark):
        return ("a" if found[1].islower() else "A"), ord(found[1].lower()) - ord("a") + 1
    return "", 1


def _read_roman(digits: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[digit] for digit in digits]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _strip_start(node: Node) -> None:
    """Take a bullet and the space after it out of the beginning of a paragraph."""
    left = len(BULLET.match("".join(node._texts()))[0])  # type: ignore[index]  # noqa: SLF001
    for one in (node, *node.walk()):
        for at, child in enumerate(one.children):
            if isinstance(child, str) and left:
                cut = min(left, len(child))
                one.children[at], left = child[cut:], left - cut


def _nest(items: Iterable[Item]) -> list[Child]:
    """Return the lists of items, each level in the item before it."""
    found = list(items)
    if not found:
        return []
    least = min(item.level for item in found)
    root = Node("body")
    open_lists: list[tuple[int, Node]] = []
    for item in found:
        level = item.level - least
        while open_lists and open_lists[-1][0] > level:
            open_lists.pop()
        if open_lists and open_lists[-1][0] == level and not _continues(open_lists[-1][1], item):
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            made = _make_list(item)
            _place_of(root, open_lists).children.append(made)
            open_lists.append((level, made))
        holder = Node("li", item.children)
        make_lists(holder)
        open_lists[-1][1].children.append(holder)
    return root.children


def _continues(made: Node, item: Item) -> bool:
    """Whether an item belongs to a list: a number one begins another."""
    return made.tag == "ul" if not item.numbering else made.tag == "ol" and item.start > 1


def _place_of(root: Node, open_lists: list[tuple[int, Node]]) -> Node:
    """Return the element that a new list stands in: the last item of the list above it."""
    last = open_lists[-1][1].children[-1] if open_lists else root
    return last if isinstance(last, Node) else root


def _make_list(item: Item) -> Node:
    if not item.numbering:
        return Node("ul")
    attributes = {"start": str(item.start)} if item.start > 1 else {}
    if item.numbering in TYPES and item.numbering != "1":
        attributes |= {"type": item.numbering, "data-type": TYPES[item.numbering]}
    return Node("ol", None, **attributes)
