"""How far apart two spellings are, counted as people err: dots left out cost little, a wrong first letter much."""

from functools import lru_cache

from search.language.stems import stem_word

DOTS = frozenset({("a", "å"), ("a", "ä"), ("å", "ä"), ("o", "ö"), ("e", "ä"), ("å", "o"), ("u", "y")})
SOUNDS = frozenset({("k", "c"), ("s", "z"), ("v", "w"), ("s", "c"), ("i", "j"), ("g", "j"), ("f", "v"), ("d", "t")})
VOWELS = frozenset("aeiouyåäö")
DOT, SOUND, VOWEL, DOUBLE, SWAP, OTHER = 0.15, 0.6, 0.8, 0.5, 0.5, 1.0
ENDINGS = ("na", "en", "et", "ar", "er", "or", "n", "t", "s")
"""Words of texts are compared in their dictionary forms, but people type others."""
ENDING = 0.25
LENGTHS_APART = 4
FIRST_LETTER = 0.5
"""More for another first letter: people seldom err there."""


def is_near(typed: str, word: str) -> bool:
    """Whether the one may have been typed for the other: one letter in four, and at most three."""
    return abs(len(typed) - len(word)) <= LENGTHS_APART and measure_distance(typed, word) <= min(
        3.0, max(1.0, len(typed) / 4)
    )


@lru_cache(maxsize=8192)
def measure_distance(typed: str, word: str) -> float:
    """Between the words, or their stems, or the word and what was typed without its ending: each costs a little."""
    between = _damerau(typed, word)
    if not between:
        return 0.0
    others = [(stem_word(typed, "sv"), stem_word(word, "sv"))]
    others += [(typed.removesuffix(one), word) for one in ENDINGS if typed.endswith(one) and len(typed) > len(one) + 3]
    return min(between, *(_damerau(*pair) + ENDING for pair in others))


def _damerau(typed: str, word: str) -> float:
    """Optimal string alignment with weights: insertions, deletions, substitutions and swapped neighbours."""
    before_last: list[float] = []
    last = [0.0]
    for place, sign in enumerate(word):
        last.append(last[-1] + _extra(word, place, sign))
    for row, sign in enumerate(typed, start=1):
        current = [last[0] + _extra(typed, row - 1, sign)]
        for column, other in enumerate(word, start=1):
            cost = min(
                last[column] + _extra(typed, row - 1, sign),
                current[-1] + _extra(word, column - 1, other),
                last[column - 1] + _instead(sign, other),
            )
            if row > 1 and column > 1 and sign == word[column - 2] and typed[row - 2] == other and sign != other:
                cost = min(cost, before_last[column - 2] + SWAP)
            current.append(cost)
        before_last, last = last, current
    return last[-1] + (FIRST_LETTER if _instead(typed[0], word[0]) > DOT else 0.0)


def _extra(word: str, place: int, sign: str) -> float:
    """A letter too many or too few: less for one that only doubles its neighbour."""
    return DOUBLE if place and word[place - 1] == sign else OTHER


def _instead(sign: str, other: str) -> float:
    if sign == other:
        return 0.0
    pair = (sign, other) if (sign, other) in DOTS or (sign, other) in SOUNDS else (other, sign)
    if pair in DOTS:
        return DOT
    if pair in SOUNDS:
        return SOUND
    return VOWEL if sign in VOWELS and other in VOWELS else OTHER
