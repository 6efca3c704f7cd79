"""Split a text into words with their positions."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from language.words.word_lists import CALLED, STOP_WORDS

RUN = r"[^\W_]+ (?:[\u00ad\u0300-\u036f]+ [^\W_]*)*"
"""Letters and digits, with invisible signs between them: soft hyphens, and the dots of a decomposed ä."""
YEAR_AND_NUMBER = r"(?:19|20)\d\d (?:[ ]?/[ ]?\d{1,6} | -0\d{3,5} | -\d{3}) (?![\d/])"
"""2026/42, 2026-117, and 2026-0042 with its zeros: 2011-2020 are years, 2026-01 is a month."""
TOKEN = re.compile(
    rf"""
    (?<![^\W_]) (?:[^\W\d_]{{2,5}}[\s-]?)? {YEAR_AND_NUMBER}   # RUS 2026/0042
    | {RUN}                                             # landsbygd
      (?: (?: [-\u2010\u2011] \n? (?!\d) {RUN} )+       # EU-projekt; bred- at a line's end; not 2011-2020
        | (?<!\d) : [a-zåäö]{{1,4}} (?![^\W_])           # EU:s
        | ['’] [^\W_]{{1,3}} (?![^\W_])                  # county’s
      )?
    """,
    re.VERBOSE,
)
NUMBER = re.compile(rf"(?:[^\W\d_]{{2,5}}[\s-]?)? {YEAR_AND_NUMBER}", re.VERBOSE)
NO_SERIES = CALLED.union(["se"], *STOP_WORDS.values())
"""Words that may stand before a registration number without being its series."""
KEPT = {"a\u030a": "å", "a\u0308": "ä", "o\u0308": "ö"}
"""Letters of their own in Swedish: without their marks they would make other words."""
FOLDED = str.maketrans({"æ": "ä", "ø": "ö", "ß": "ss", "đ": "d", "ł": "l", "\u00ad": "", "\u2010": "-", "\u2011": "-"})


class Token(NamedTuple):
    """A normalised word, and where it begins and ends in the text."""

    word: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        start, end = found.span()
        yield Token(normalize_word(found[0]), start, end)


@lru_cache(maxsize=32_768)
def normalize_word(written: str) -> str:
    """Return the word in lower case, without accents that make no letters of their own in Swedish (idé → ide)."""
    if NUMBER.fullmatch(written):
        return normalize_number(written)
    word = "".join(written.split()).lower()
    if word.isascii():
        return word
    word = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).lower())
    for decomposed, letter in KEPT.items():
        word = word.replace(decomposed, letter)
    return "".join(sign for sign in word if not unicodedata.combining(sign)).translate(FOLDED)


def normalize_number(written: str) -> str:
    """Return the number as the register writes it, `rus 2026/0042`, with however many zeros it was typed."""
    series, year, serial = re.fullmatch(r"(?:(\D+?)[\s-]?)?(\d{4}) ?[/-] ?(\d+)", written.lower()).groups()  # type: ignore[union-attr]
    return f"{'' if series in NO_SERIES else series or ''} {year}/{int(serial):04d}".strip()
