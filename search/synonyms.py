"""Words that editors hold to mean the same, as a question uses them."""

from collections.abc import Sequence
from functools import lru_cache

from search.language import analyse_word, is_stop_word, tokenize
from search.language.lexicon import LANGUAGES
from search.models import SynonymGroup

Groups = Sequence[Sequence[str]]
"""Each group with its words and phrases."""


def read_groups() -> list[tuple[str, ...]]:
    """All groups, by one query."""
    return [split_lines(words) for words in SynonymGroup.objects.values_list("words", flat=True)]


def split_lines(words: str) -> tuple[str, ...]:
    """One word or phrase on each line."""
    return tuple(line for line in (" ".join(line.split()) for line in words.splitlines()) if line)


@lru_cache(maxsize=4096)
def split_phrase(phrase: str) -> tuple[str, ...]:
    """The words of a phrase that mean something; all of them where none does."""
    words = tuple(token.word for token in tokenize(phrase))
    telling = tuple(word for word in words if not any(is_stop_word(word, language) for language in LANGUAGES))
    return telling or words


@lru_cache(maxsize=16_384)
def find_main_lexemes(word: str) -> frozenset[str]:
    """What a word is known by in either language: two words are the same where these meet."""
    found = (analyse_word(word, language).own[:1] for language in LANGUAGES)
    return frozenset(lexeme for own in found for lexeme in own) or frozenset([word])


def make_key(phrase: str) -> tuple[str, ...]:
    """Equal for phrases that the search takes for the same."""
    return tuple(next(iter(analyse_word(word, "sv").own), word) for word in split_phrase(phrase))


def is_same_word(one: str, other: str) -> bool:
    return not find_main_lexemes(one).isdisjoint(find_main_lexemes(other))


def match_group(words: Sequence[str], place: int, synonyms: Groups) -> tuple[int, list[str]]:
    """How many of the words from this place on a group knows together, and what else the group calls them."""
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
