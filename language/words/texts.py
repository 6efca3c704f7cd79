"""What is typed, matched with texts that stand in no index: those of a list short enough to be read whole."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from language.words.analysis import MARK, analyse_word, find_lexemes
from language.words.lexicon import find_lemma
from language.words.queries import Languages, Term, clean_question, find_own_lexemes, find_separable_parts, parse_terms
from language.words.tokens import tokenize

BEGINNING_AT_LEAST = 3


class TextWords(NamedTuple):
    """The lexemes of a text: those of whole words, and those of the parts of its compounds."""

    own: frozenset[str]
    inner: frozenset[str]


@lru_cache(maxsize=8192)
def find_text_words(text: str, language: str) -> TextWords:
    """Return the lexemes of a text. Those of the texts last asked for are kept."""
    found = [analyse_word(word, language) for word in {token.word for token in tokenize(text)}]
    own = frozenset(lexeme for one in found for lexeme in one.own)
    return TextWords(own, frozenset(lexeme for one in found for lexeme in one.inner))


class TextQuestion:
    """What was typed, as terms that all must be in a text. A word that no lexicon knows may be unfinished: bredb."""

    def __init__(self, typed: str, languages: Languages) -> None:
        self._terms = [_TermInText(term) for term in parse_terms(clean_question(typed), languages)]

    def is_answered_by(self, texts: Sequence[tuple[str, str]]) -> bool:
        """Whether the texts, each with its language, hold all terms together, and none that is excluded."""
        words = [find_text_words(text, language) for text, language in texts]
        lexemes = frozenset[str]().union(*(one.own | one.inner for one in words))
        return bool(self._terms) and all(term.holds(lexemes, texts) for term in self._terms)


class _TermInText:
    def __init__(self, term: Term) -> None:
        own = {word: frozenset(find_own_lexemes(word, term.languages)) for word in (*term.words, *term.joined)}
        self._term = term
        self._words = [own[word] for word in term.words]
        self._ways = [self._words, *([own[word]] for word in term.joined)]
        self._beginnings: tuple[str, ...] = ()
        if not term.is_phrase:
            (word,) = term.words
            if parts := find_separable_parts(word):
                self._ways.append([frozenset(find_own_lexemes(part, term.languages)) for part in parts])
            if term.is_prefix or _may_be_unfinished(word, term.languages):
                self._beginnings = tuple(MARK[language] + word for language in term.languages)

    def holds(self, lexemes: frozenset[str], texts: Iterable[tuple[str, str]]) -> bool:
        found = any(all(not word.isdisjoint(lexemes) for word in way) for way in self._ways)
        found = found or any(lexeme.startswith(self._beginnings) for lexeme in lexemes)
        if found and self._term.is_phrase:
            found = any(self._is_in_order(text, language) for text, language in texts)
        return found != self._term.is_excluded

    def _is_in_order(self, text: str, language: str) -> bool:
        said = [frozenset(find_lexemes(token.word, language)) for token in tokenize(text)]
        places = self._term.places
        return any(
            all(not word.isdisjoint(said[start + at - places[0]]) for word, at in zip(self._words, places, strict=True))
            for start in range(len(said) - (places[-1] - places[0]))
        )


def _may_be_unfinished(word: str, languages: Languages) -> bool:
    return len(word) >= BEGINNING_AT_LEAST and not any(find_lemma(word, language) for language in languages)
