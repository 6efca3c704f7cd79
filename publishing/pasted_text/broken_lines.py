"""Plain text whose lines were broken where a page was full, as PDF readers copy it: made into paragraphs and lists."""

import re
from collections.abc import Iterator
from html import escape
from statistics import median

BULLET = re.compile(r"\s*(?:[•·▪‣◦●○]|[-–](?=\s))\s*")
NUMBER = re.compile(r"\s*\d{1,2}[.)]\s+(?=\S)")
FULL_LINE = 45
"""Characters. Where half of the lines are shorter, as in an address or a poem, the breaks were meant."""
SHORT_OF_FULL = 0.75
"""The part of the longest line up to which a line that ends a sentence ends its paragraph."""
BROKEN_WORD = re.compile(r"([a-zåäöéü])-$")
GOES_ON = re.compile(r"[a-zåäöéü]")
KEEPS_HYPHEN = re.compile(r"(?:och|eller|samt|respektive|and|or)\b")
"""What follows a hyphen that stands for a word, as in “närings- och arbetsliv”."""
ENDS = re.compile(r"[.!?:]['”\")]?$")


def join_lines(text: str) -> str:
    """Return the HTML of plain text, its broken lines and words joined again."""
    blocks = [block.split("\n") for block in re.split(r"\n[ \t]*\n", text.strip("\n"))]
    parts = [part for block in blocks for part in _read_block([line.strip() for line in block if line.strip()])]
    return "".join(_write_parts(parts))


Part = tuple[str, str]
"""The kind of a paragraph (`p`, or `ul` or `ol` for an item), and its text."""


def _read_block(lines: list[str]) -> Iterator[Part]:
    """Yield the paragraphs and items of lines without an empty one between them."""
    are_broken = bool(lines) and median(map(len, lines[:-1] or lines)) >= FULL_LINE
    longest = max(map(len, lines), default=0)
    kind, words = "", ""
    for line in lines:
        mark = BULLET.match(line) or (NUMBER.match(line) if kind in ("", "ol") or ENDS.search(words) else None)
        ended = not are_broken or (ENDS.search(words) is not None and _last_line(words) < longest * SHORT_OF_FULL)
        if mark or not words or (ended and not _goes_on(kind, line)):
            if words:
                yield kind, _join(words)
            kind = _kind_of(mark)
            words = line[mark.end() :] if mark else line
        else:
            words = f"{words}\n{line}"
    if words:
        yield kind, _join(words)


def _goes_on(kind: str, line: str) -> bool:
    """Whether a line is the rest of an item of a list."""
    return kind in ("ul", "ol") and GOES_ON.match(line) is not None


def _kind_of(mark: re.Match[str] | None) -> str:
    if mark is None:
        return "p"
    return "ol" if mark[0].strip()[:1].isdigit() else "ul"


def _last_line(words: str) -> int:
    return len(words.rpartition("\n")[2])


def _join(words: str) -> str:
    """Return lines as one: a word that was broken at its end is whole again."""
    joined = ""
    for line in words.split("\n"):
        if BROKEN_WORD.search(joined) and GOES_ON.match(line) and not KEEPS_HYPHEN.match(line):
            joined = joined[:-1] + line
        else:
            joined = f"{joined} {line}" if joined else line
    return joined


def _write_parts(parts: list[Part]) -> Iterator[str]:
    before = ""
    for kind, words in parts:
        if before != kind:
            yield f"</{before}>" if before in ("ul", "ol") else ""
            yield f"<{kind}>" if kind in ("ul", "ol") else ""
        paragraph = f"<p>{escape(words, quote=False)}</p>"
        yield f"<li>{paragraph}</li>" if kind in ("ul", "ol") else paragraph
        before = kind
    yield f"</{before}>" if before in ("ul", "ol") else ""
