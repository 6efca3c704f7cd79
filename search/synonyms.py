"""Editors' synonyms, as a question uses them."""

from collections.abc import Sequence
from functools import lru_cache

from language.words import analyse_word
from language.words.lexicon import LANGUAGES
from language.words.queries import split_phrase
from search.models import SynonymGroup

Groups = Sequence[Sequence[str]]
"""The words and phrases of each group."""


def read_groups() -> list[tuple[str, ...]]:
    """Return all groups, by one query."""
    return [split_lines(words) for words in SynonymGroup.objects.values_list("words", flat=True)]


def split_lines(words: str) -> tuple[str, ...]:
    """Return the words and phrases of a group, one a line."""
    return tuple(line for line in (" ".join(line.split()) for line in words.splitlines()) if line)


@lru_cache(maxsize=16_384)
def find_main_lexemes(word: str) -> frozenset[str]:
    """Return a word's main lexemes in both languages: two words are the same if they share one."""
    found = (analyse_word(word, language).own[:1] for language in LANGUAGES)
    return frozenset(lexeme for own in found for lexeme in own) or frozenset([word])


def make_key(phrase: str) -> tuple[str, ...]:
    """Return a key that is equal for phrases that are the same to the search."""
    return tuple(next(iter(analyse_word(word, "sv").own), word) for word in split_phrase(phrase))


def is_same_word(one: str, other: str) -> bool:
    return not find_main_lexemes(one).isdisjoint(find_main_lexemes(other))


def match_group(words: Sequence[str], place: int, synonyms: Groups) -> tuple[int, list[str]]:
    """Return how many words from this position on are one phrase of a group, and its synonyms."""
    longest, others = 0, list[str]()
    for group in synonyms:
        for phrase in group:
            known = split_phrase(phrase)
            asked = words[place : place + len(known)]
            if known and len(known) == len(asked) and all(map(is_same_word, known, asked)):
                rest = [other for other in group if other != phrase]
                if len(known) > longest:
                    longest, others = len(known), rest
                elif len(known) == longest:
                    others += [other for other in rest if other not in others]
    return longest, others
