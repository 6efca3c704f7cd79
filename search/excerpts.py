"""Excerpts: the stretch of a text that best shows why it was found, cut between words, with the matches marked.

All of it is plain text in pieces: the template escapes each and adds the marks.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple, Protocol

LENGTH: Final = 220
"""Characters of an excerpt: three lines where the column is wide."""
BEFORE: Final = 70
"""How many characters before the first match the excerpt may begin."""
LONGEST_WORD: Final = 80
"""A longer run without a space is no word, and may be cut."""
READ_AT_MOST: Final = 40_000
"""Characters of a text that are searched: a long page has 6,000."""
ELLIPSIS: Final = "…"
SENTENCE_END: Final = re.compile(r"[.!?…][\"”’')\]]*\s+(?=\S)|\n\s*\n\s*")
RUN: Final = re.compile(r"\w+")
SPACE: Final = re.compile(r"(?<![-‐])\s+|[ \t\xa0]+")
"""Between two words; a word hyphenated at the end of a line is one."""
HANGING: Final = " \t\r\n\f\v\xa0,;:–—"


class Piece(NamedTuple):
    """A run of text, marked or not."""

    text: str
    is_marked: bool = False


class Token(Protocol):
    """A word of a text and its place: `language.words.Token` is one."""

    @property
    def word(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Place(NamedTuple):
    """A match and its position."""

    word: str
    start: int
    end: int


Tokens = Callable[[str], Iterable[Token]]
Marks = Callable[[str], bool]


def cut_excerpt(text: str, tokens: Tokens, marks: Marks, length: int = LENGTH) -> list[Piece]:
    """Return the stretch of the text with most matches, or its beginning if there are none.

    Between the ellipses it is the text letter for letter.
    """
    text = text[:READ_AT_MOST].strip()
    found = _look_through(text, marks) or _marked(text, 0, tokens, marks)
    first, last = _densest(found, length - BEFORE) if found else (0, 0)
    start = _start(text, first)
    end = _end(text, start, max(start + length, last))
    shown = text[start:end].rstrip(HANGING) if end < len(text) else text[start:end].rstrip()
    pieces = _pieces(text, start, start + len(shown), _marked(shown, start, tokens, marks))
    if start and not _begins_sentence(text, start):
        pieces.insert(0, Piece(f"{ELLIPSIS} "))
    if start + len(shown) < len(text) and not shown.endswith((".", "!", "?", ELLIPSIS)):
        pieces.append(Piece(f" {ELLIPSIS}"))
    return pieces


def mark_text(text: str, tokens: Tokens, marks: Marks) -> list[Piece]:
    """Return a short text, whole."""
    return _pieces(text, 0, len(text), _marked(text, 0, tokens, marks))


def _look_through(text: str, marks: Marks) -> list[Place]:
    """Find matches by a simple pattern for words, which takes a tenth of the time of real tokens.

    It misses words hyphenated at the end of a line: where it finds nothing, the text is tokenized as in the index.
    """
    places = (Place(found[0].lower(), *found.span()) for found in RUN.finditer(text))
    return [place for place in places if len(place.word) <= LONGEST_WORD and marks(place.word)]


def _marked(text: str, at: int, tokens: Tokens, marks: Marks) -> list[Place]:
    """Find matches by real tokens in a text that begins at a position of another, as positions in that one."""
    return [
        Place(token.word, at + token.start, at + token.end)
        for token in tokens(text)
        if token.end - token.start <= LONGEST_WORD and marks(token.word)
    ]


def _densest(marked: Sequence[Place], width: int) -> tuple[int, int]:
    """Return the start and end of the best window: most different words, then most words, then the first."""
    best, begin, words = (0, 0, 0), 0, Counter[str]()
    place = (marked[0].start, marked[0].end)
    for last in marked:
        words[last.word] += 1
        while last.end - marked[begin].start > width and marked[begin] is not last:
            words[marked[begin].word] -= 1
            begin += 1
        worth = (sum(count > 0 for count in words.values()), words.total(), -marked[begin].start)
        if worth[:2] > best[:2]:
            best, place = worth, (marked[begin].start, last.end)
    return place


def _start(text: str, first: int) -> int:
    """Return where to begin, close before the first match: at a sentence if there is one, else at a word."""
    floor = max(first - BEFORE, 0)
    if floor == 0:
        return 0
    sentences = (sentence.end() for sentence in SENTENCE_END.finditer(text, floor - 2, first + 1))
    return next(sentences, None) or _word_after(text, floor, first)


def _word_after(text: str, floor: int, first: int) -> int:
    """Return the start of the first whole word after `floor`, at most that of the word at `first`."""
    if space := SPACE.search(text, floor - 1, first):
        return space.end()
    word = re.search(r"\S*\Z", text[max(floor - LONGEST_WORD, 0) : floor])
    start = floor - len(word[0]) if word else floor
    return start if start > floor - LONGEST_WORD else first


def _end(text: str, start: int, wanted: int) -> int:
    """Return where to stop: after the last word, or the last sentence near the end, that fits."""
    if wanted >= len(text):
        return len(text)
    window = text[start : wanted + 1]
    sentences = [sentence.start() + 1 for sentence in SENTENCE_END.finditer(window)]
    if sentences and sentences[-1] > len(window) * 3 / 4:
        return start + sentences[-1]
    spaces = [space.start() for space in SPACE.finditer(window)]
    if spaces and spaces[-1] > len(window) - LONGEST_WORD:
        return start + spaces[-1]
    onward = re.match(r"\S*", text[wanted : wanted + LONGEST_WORD])
    return wanted + len(onward[0]) if onward else wanted


def _begins_sentence(text: str, start: int) -> bool:
    return bool(re.search(r"(?:[.!?…][\"”’')\]]*\s+|\n\s*\n\s*)\Z", text[max(start - 12, 0) : start]))


def _pieces(text: str, start: int, end: int, marked: Sequence[Place]) -> list[Piece]:
    """Return the text from start to end in marked and unmarked runs."""
    begins, ends = [token.start for token in marked], [token.end for token in marked]
    places = sorted({start, end, *begins, *ends})
    runs = [
        Piece(text[one:next_], bisect_right(begins, one) > bisect_right(ends, one)) for one, next_ in pairwise(places)
    ]
    together = groupby(runs, key=lambda piece: piece.is_marked)
    return [Piece("".join(piece.text for piece in run), is_marked) for is_marked, run in together]
