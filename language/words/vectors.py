"""Texts as literals of PostgreSQL's tsvector, with our lexemes instead of those of its dictionaries."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from language.words import analyse_word, tokenize

Weight = Literal["A", "B", "C", "D"]
PARTS_WEIGH: dict[str, str] = {"A": "B", "B": "C", "C": "D", "D": "D"}
"""A part of a compound says less than a word that stands by itself."""
LAST_PLACE = 16_383
PLACES_AT_MOST = 255
BYTES_AT_MOST = 900_000
"""PostgreSQL's limits are 16,383, 255 and, for lexemes and places together, 2²⁰ bytes."""


def build_vector(texts: Iterable[tuple[Weight, str]], language: str) -> str:
    """Return a tsvector of lexemes with positions and weights. Stop words take a position, for phrases."""
    places: dict[str, dict[int, str]] = {}
    place = size = 0
    for weight, text in texts:
        for token in tokenize(text):
            place += 1
            if not (weighed := _weighed(token.word, language, weight)):
                continue
            at = min(place, LAST_PLACE)
            for lexeme, heavy in weighed:
                held = places.get(lexeme)
                if held is None:
                    held = places[lexeme] = {}
                    size += len(lexeme.encode()) + 4
                if len(held) < PLACES_AT_MOST:
                    held.setdefault(at, heavy)
                    size += 2
            if size > BYTES_AT_MOST:
                return _literal(places)
        place += 1  # no phrase begins in one text and ends in the next
    return _literal(places)


def quote_lexeme(lexeme: str) -> str:
    """Return a lexeme quoted for a literal of tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


@lru_cache(maxsize=32_768)
def _weighed(word: str, language: str, weight: Weight) -> tuple[tuple[str, str], ...]:
    """Return the lexemes of a word with their weights; none for a stop word."""
    found = analyse_word(word, language)
    return (*((lexeme, weight) for lexeme in found.own), *((lexeme, PARTS_WEIGH[weight]) for lexeme in found.inner))


def _literal(places: dict[str, dict[int, str]]) -> str:
    return " ".join(
        f"{quote_lexeme(lexeme)}:{','.join(f'{place}{weight}' for place, weight in held.items())}"
        for lexeme, held in places.items()
    )
