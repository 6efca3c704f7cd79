"""The words of an idea, and the themes that they belong to: by their lexemes, as parts of compounds, or misspelt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from funding.models import ThemeWords
from funding.models.words import split_words
from language.words import analyse_word, tokenize
from language.words.analysis import MARK
from language.words.distances import is_near
from language.words.lexicon import find_lemma
from language.words.texts import find_text_words
from language.words.word_lists import EVERYDAY

WORDS_AT_MOST = 80
"""Different words of an idea that are read: more than a few sentences have."""
TELLING, HINT = 3.0, 1.0
SHORTEST = 2
"""Letters of words that are ignored, such as “in”, unless an editor has listed them, such as “el”."""
BEGINNING_AT_LEAST = 4
"""Letters of a listed word with which others may begin: “bil” in “bild” means nothing."""
LONG = 6
"""Letters of a listed word long enough to be recognised though misspelt: “bredbnad”."""
FORM_AT_LEAST = 5
"""Letters of a stem long enough that its forms seldom belong to another word, too."""
SAME, FORM, SHORT_FORM, BEGINNING, PART, MISSPELT = 1.0, 0.95, 0.7, 0.9, 0.8, 0.6
"""The share of its weight that a listed word gives to one like it."""


@dataclass
class IdeaWord:
    """A word of an idea: as written, its lexemes with those of listed words like it, and its weight for each theme."""

    text: str
    own: set[str]
    inner: set[str]
    themes: dict[int, float] = field(default_factory=dict)

    def add_listed(self, like: "Mapping[ThemeWord, float]", language: str) -> None:
        """Add the listed words that it is like, with their shares: of several of one theme the heaviest counts."""
        for one, share in like.items():
            self.themes[one.theme] = max(one.weight * share, self.themes.get(one.theme, 0.0))
            self.own.update(analyse_word(one.word, language).own)


class ThemeWord(NamedTuple):
    """A word that an editor has listed for a theme, and its weight."""

    theme: int
    word: str
    weight: float


def list_theme_words(lists: Iterable[ThemeWords]) -> list[ThemeWord]:
    """Return the words that editors have listed, in the active language."""
    known = []
    for words in lists:
        telling = split_words(words.telling or "")
        known += [ThemeWord(words.theme_id, word, TELLING) for word in telling]
        known += [
            ThemeWord(words.theme_id, word, HINT) for word in split_words(words.hints or "") if word not in telling
        ]
    return known


class ListedWords:
    """The words that editors have listed, found by a word that is like them."""

    def __init__(self, known: Iterable[ThemeWord], language: str) -> None:
        self._language = language
        self._by_word: dict[str, list[ThemeWord]] = defaultdict(list)
        self._by_lexeme: dict[str, list[ThemeWord]] = defaultdict(list)
        for one in known:
            self._by_word[one.word].append(one)
            for lexeme in analyse_word(one.word, language).own:
                self._by_lexeme[lexeme].append(one)

    def find_like(self, word: str) -> dict[ThemeWord, float]:
        """Return the listed words that the word is, is a form of, begins with, holds, or is misspelt for."""
        found = analyse_word(word, self._language)
        shares = dict.fromkeys(self._by_word.get(word, ()), SAME)
        if not found.own or word in EVERYDAY[self._language]:
            return shares  # “får” (gets) is no sheep, unless an editor wrote just that
        like = [
            (one, FORM if len(lexeme.removeprefix(MARK["en"])) >= FORM_AT_LEAST else SHORT_FORM)
            for lexeme in found.own
            for one in self._by_lexeme.get(lexeme, ())
        ]
        beginnings = (word[:end] for end in range(BEGINNING_AT_LEAST, len(word)))
        like += [(one, BEGINNING) for beginning in beginnings for one in self._by_word.get(beginning, ())]
        like += [(one, PART) for lexeme in found.inner for one in self._by_lexeme.get(lexeme, ())]
        if not shares and not like and not found.parts and find_lemma(word, self._language) is None:
            near = (other for other in self._by_word if len(other) >= LONG and is_near(word, other))
            like = [(one, MISSPELT) for other in near for one in self._by_word[other]]
        for one, share in like:
            shares[one] = max(share, shares.get(one, 0.0))
        return shares


def analyse_idea(idea: str, known: Sequence[ThemeWord], language: str) -> list[IdeaWord]:
    """Return the meaningful words of an idea, each once, in the order written.

    The weight of a word of several themes is shared between them.
    """
    listed = ListedWords(known, language)
    words = {token.word: idea[token.start : token.end].lower() for token in tokenize(idea)}
    asked: dict[str, IdeaWord] = {}
    for word, written in islice(words.items(), WORDS_AT_MOST):
        found, like = analyse_word(word, language), listed.find_like(word)
        if like or (found.own and word not in EVERYDAY[language] and len(word) > SHORTEST):
            own = found.own or (word,)
            asked.setdefault(own[0], IdeaWord(written, {*own}, {*found.inner})).add_listed(like, language)
    for one in asked.values():
        total = sum(one.themes.values())
        one.themes = {theme: weight * weight / total for theme, weight in one.themes.items()}
    return list(asked.values())


class Hits:
    """Find which words of an idea occur in a published text: by themselves, in its compounds, or as their parts."""

    def __init__(self, asked: Sequence[IdeaWord], language: str) -> None:
        self._language = language
        self._own = _by_lexeme((place, one.own) for place, one in enumerate(asked))
        self._parts = _by_lexeme((place, one.inner) for place, one in enumerate(asked))

    def among(self, text: str | None) -> set[int]:
        """Return the positions, in `asked`, of the words that occur in a text."""
        words = find_text_words(text or "", self._language)
        found: set[int] = set()
        for lexemes, places in ((words.own, self._own), (words.inner, self._own), (words.own, self._parts)):
            for lexeme in lexemes & places.keys():
                found |= places[lexeme]
        return found


def _by_lexeme(placed: Iterable[tuple[int, Iterable[str]]]) -> dict[str, set[int]]:
    places: dict[str, set[int]] = defaultdict(set)
    for place, lexemes in placed:
        for lexeme in lexemes:
            places[lexeme].add(place)
    return dict(places)


def rank_themes(asked: Sequence[IdeaWord]) -> list[int]:
    """Return the themes of the words, the heaviest first."""
    scores: dict[int, float] = defaultdict(float)
    for one in asked:
        for theme, weight in one.themes.items():
            scores[theme] += weight
    return sorted(scores, key=lambda theme: (-scores[theme], theme))
