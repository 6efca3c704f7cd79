"""How templates are laid out: indented, in lines that fit a screen. djade sees to the rest."""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_LINE = 160
TEMPLATE_TAGS = "block|blocktranslate|for|if|ifchanged|spaceless|with"
ELEMENTS = "article|aside|dl|fieldset|figure|footer|form|header|li|main|nav|ol|section|table|tbody|thead|tr|ul"
"""Not `details` and others that a template may open under a condition and close under another."""
DIVIDED = {"blocktranslate", "for", "if", "ifchanged"}
"""What `else`, `empty` and the like can stand in."""
TAG = re.compile(
    rf"{{%\s*(?P<tag>{TEMPLATE_TAGS})\b(?P<options>.*?)%}}"
    r"|{%\s*(?P<between>elif|else|empty|plural)\b.*?%}"
    rf"|{{%\s*end(?P<end_tag>{TEMPLATE_TAGS})\b.*?%}}"
    rf"|<(?P<element>{ELEMENTS})\b"
    rf"|</(?P<end_element>{ELEMENTS})>"
)


class Opened(NamedTuple):
    """A tag whose end has not come yet, and how far the line that it stands on is indented."""

    name: str
    is_element: bool
    indentation: int


def layout_faults(source: str) -> Iterator[tuple[int, str]]:
    """Yield the number of each line that is out of place or too long, and what is wrong with it."""
    opened: list[Opened] = []
    for number, line in enumerate(source.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield number, f"{len(line)} characters, more than {LONGEST_LINE}"
        indentation = len(line) - len(line.lstrip(" "))
        tags = list(TAG.finditer(line))
        if line.strip() and opened:
            begun_by = tags[0] if tags and tags[0].start() == indentation else None
            yield from ((number, fault) for fault in _misplaced(opened, indentation, begun_by))
        for tag in tags:
            _follow(opened, tag, indentation)
            if tag["tag"] == "blocktranslate" and " trimmed" not in tag["options"] and "endblocktranslate" not in line:
                yield number, "blocktranslate over several lines is not trimmed: its message would hold the indentation"


def _misplaced(opened: list[Opened], indentation: int, begun_by: re.Match[str] | None) -> Iterator[str]:
    """Yield what is wrong with where a line begins, given the tag that it begins with."""
    if begun_by and (begun_by["between"] or begun_by["end_tag"] or begun_by["end_element"]):
        beginning = next(reversed(list(_matching(opened, begun_by))), None)
        if beginning and indentation != beginning.indentation:
            yield f"{begun_by[0]} is indented by {indentation}, what it belongs to by {beginning.indentation}"
    elif indentation <= opened[-1].indentation:
        yield f"not indented inside {opened[-1].name}"


def _matching(opened: list[Opened], tag: re.Match[str]) -> Iterator[Opened]:
    """Yield the open tags that a tag can belong to, the innermost last."""
    is_element = bool(tag["end_element"])
    names = {tag["end_element"] or tag["end_tag"]} if not tag["between"] else DIVIDED
    yield from (one for one in opened if one.is_element == is_element and one.name in names)


def _follow(opened: list[Opened], tag: re.Match[str], indentation: int) -> None:
    """Note a tag that begins, or take away one that ends with all that was left open in it."""
    if tag["tag"] or tag["element"]:
        opened.append(Opened(tag["tag"] or tag["element"], bool(tag["element"]), indentation))
    elif (tag["end_tag"] or tag["end_element"]) and (matching := list(_matching(opened, tag))):
        del opened[opened.index(matching[-1]) :]
