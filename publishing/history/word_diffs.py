"""Two versions of a text, compared word by word."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

PARTS_AT_MOST = 1_000
"""Lines of a text, or words of a changed passage. What has more is shown whole: comparing takes the square of it."""
ALIKE_AT_LEAST = 0.4
"""The part of a passage's words that is the same, if it is compared word by word. A new text is best read whole."""
WORDS_AROUND = 12
"""Of what is the same, beside a change."""
GAP = " … "
WORD = re.compile(r"\s*\S+\s*")
"""With the space after it, so that words that were changed in a row are shown in a row."""


class Kind(StrEnum):
    """What has become of a part of a text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Piece(NamedTuple):
    """A part of a text."""

    kind: Kind
    text: str


def compare_words(old: str, new: str) -> list[Piece]:
    """Return the pieces of both texts in order, with what is the same shortened."""
    pieces = [Piece(kind, "".join(texts)) for kind, texts in _join_equals(_compare_lines(old, new)) if texts]
    last = len(pieces) - 1
    return [_shorten(piece, is_first=at == 0, is_last=at == last) for at, piece in enumerate(pieces)]


def _compare_lines(old: str, new: str) -> Iterator[Piece]:
    """Compare by lines first, so that a long text costs no more than its changed lines."""
    for is_same, removed, added in _match(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        yield from [Piece(Kind.SAME, removed)] if is_same else _compare_passage(removed, added)


def _compare_passage(old: str, new: str) -> Iterator[Piece]:
    for is_same, removed, added in _match(WORD.findall(old), WORD.findall(new), ALIKE_AT_LEAST):
        if is_same:
            yield Piece(Kind.SAME, removed)
        else:
            yield from (Piece(Kind.REMOVED, removed), Piece(Kind.ADDED, added))


def _match(before: Sequence[str], after: Sequence[str], alike: float = 0) -> Iterator[tuple[bool, str, str]]:
    """Yield whether parts are the same, what they were and what they are; all as one part if too few are `alike`."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if max(len(before), len(after)) > PARTS_AT_MOST or matcher.ratio() < alike:
        yield False, "".join(before), "".join(after)
        return
    for tag, i, j, k, m in matcher.get_opcodes():
        yield tag == "equal", "".join(before[i:j]), "".join(after[k:m])


def _join_equals(pieces: Iterator[Piece]) -> Iterator[tuple[Kind, list[str]]]:
    """Yield the texts of neighbours of one kind together."""
    for kind, group in groupby(pieces, key=lambda piece: piece.kind):
        yield kind, [piece.text for piece in group if piece.text]


def _shorten(piece: Piece, *, is_first: bool, is_last: bool) -> Piece:
    """Cut what is the same down to the words beside a change."""
    if piece.kind != Kind.SAME:
        return piece
    words = WORD.findall(piece.text)
    start = [] if is_first else words[:WORDS_AROUND]
    end = [] if is_last else words[-WORDS_AROUND:]
    return piece if len(start) + len(end) >= len(words) else Piece(Kind.SAME, "".join([*start, GAP, *end]))
