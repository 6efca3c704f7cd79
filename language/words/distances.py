"""The distance between two spellings, as people err: missing dots cost little, a wrong first letter much."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from language.words.stems import stem_word

WITHOUT_DOTS = str.maketrans("åäöy", "aaou")
BY_SOUND = str.maketrans("czwfdj", "ksvvti")
DOUBLED = re.compile(r"(.)\1+")
DOT, SOUND, SLIP, FIRST_LETTER = 0.15, 0.6, 0.5, 0.5
"""The costs of missing dots, of another letter of like sound, and of a doubled or swapped letter, where any other edit
costs 1; and what another first letter costs besides, since people seldom err there."""
ENDINGS = ("na", "en", "et", "ar", "er", "or", "n", "t", "s")
"""Words of texts are compared in their dictionary forms, but people type others."""
ENDING = 0.25
LENGTHS_APART = 4


def is_near(typed: str, word: str) -> bool:
    """Whether the one may have been typed for the other: one letter in four differs, and at most three."""
    is_as_long = abs(len(typed) - len(word)) <= LENGTHS_APART
    return is_as_long and measure_distance(typed, word) <= min(3.0, max(1.0, len(typed) / 4))


@lru_cache(maxsize=8192)
def measure_distance(typed: str, word: str) -> float:
    """Return the least distance between the words, their stems, or the word and what was typed without an ending."""
    between = _weigh_edits(typed, word)
    if not between:
        return 0.0
    others = [(stem_word(typed, "sv"), stem_word(word, "sv"))]
    others += [(typed.removesuffix(one), word) for one in ENDINGS if typed.endswith(one) and len(typed) > len(one) + 3]
    return min(between, *(_weigh_edits(*pair) + ENDING for pair in others))


def _weigh_edits(typed: str, word: str) -> float:
    """Return the weighted number of edits, with or without doubled letters, whichever is less."""
    single, single_word = DOUBLED.sub(r"\1", typed), DOUBLED.sub(r"\1", word)
    doubles = max(OSA.distance(typed, word) - OSA.distance(single, single_word), 0)
    cost = min(_weigh_letters(typed, word), _weigh_letters(single, single_word) + SLIP * doubles)
    return cost + (FIRST_LETTER if typed[:1].translate(WITHOUT_DOTS) != word[:1].translate(WITHOUT_DOTS) else 0.0)


def _weigh_letters(typed: str, word: str) -> float:
    """Return the number of edits, where those that vanish without dots or with like sounds, and swaps, cost less."""
    plain, plain_word = typed.translate(WITHOUT_DOTS), word.translate(WITHOUT_DOTS)
    edits, plain_edits = OSA.distance(typed, word), OSA.distance(plain, plain_word)
    sounds = plain_edits - OSA.distance(plain.translate(BY_SOUND), plain_word.translate(BY_SOUND))
    swaps = Levenshtein.distance(plain, plain_word) - plain_edits
    return edits - (1 - DOT) * (edits - plain_edits) - (1 - SOUND) * sounds - (1 - SLIP) * swaps
