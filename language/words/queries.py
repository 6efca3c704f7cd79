"""Parse what somebody typed into terms, and write them as PostgreSQL tsqueries.

A word matches by its lexemes, in both languages unless another choice is made, by all the parts of a compound, or by
a synonym. Lexemes are quoted one by one, so nothing that can be typed breaks the tsquery.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from django.contrib.postgres.search import SearchQuery

from language.words.analysis import MARK, analyse_any_word, analyse_word, is_stop_word
from language.words.lexicon import LANGUAGES, find_lemma
from language.words.tokens import NUMBER, Token, tokenize
from language.words.vectors import quote_lexeme
from language.words.word_lists import CALLED, ONLY_ASKS, QUESTIONS_BEGIN

LETTERS_AT_MOST = 300
WORDS_AT_MOST = 20
PREFIX_AT_LEAST = 2
PART_AT_LEAST = 5
"""Shortest part, in letters, for which the parts of a well-known compound match too: never järn and väg."""
QUOTED = re.compile(r'(-?)["“”„»«]([^"“”„»«]*)["“”„»«]?')
TELLS_APART = re.compile(r"[\s(,;]")
Languages = tuple[str, ...]


class LexemeQuery(SearchQuery):
    """A tsquery of lexemes as they are: PostgreSQL's parser does not read them again."""

    template = "%(expressions)s::tsquery"


@dataclass(frozen=True)
class Term:
    """A word, or a phrase in quotes."""

    words: tuple[str, ...]
    places: tuple[int, ...] = (0,)
    """Positions of the words within the phrase, stop words counted."""
    is_phrase: bool = False
    is_excluded: bool = False
    is_prefix: bool = False
    others: tuple[str, ...] = ()
    """Synonyms of all the words together."""
    joined: tuple[str, ...] = ()
    """Compounds that the word makes with its neighbours: broad band."""
    begun: tuple[str, ...] = ()
    """Lexemes of the words that begin with the unfinished one."""
    languages: Languages = LANGUAGES

    def expression(self) -> str:
        """Return a tsquery for the words, wherever they stand."""
        asked = " & ".join(self._word(word, is_prefix=self.is_prefix) for word in self.words)
        if len(self.words) > 1:
            asked = f"({asked})"
        others = [" & ".join(self._word(word) for word in split_phrase(other)) for other in self.others]
        others = [f"({other})" for other in others if other]
        return _either([asked, *others, *map(self._whole, self.joined), *map(quote_lexeme, self.begun)])

    def phrase(self) -> str:
        """Return a tsquery for the words in their order, at their distances."""
        asked = self._whole(self.words[0])
        for word, place, before in zip(self.words[1:], self.places[1:], self.places, strict=False):
            asked += f" <{place - before}> {self._whole(word)}"
        return f"({asked})"

    def exact_expression(self) -> str:
        """Return a tsquery for the words, those of a phrase in their order; negated if the term is excluded."""
        asked = self.phrase() if self.is_phrase else self.expression()
        return f"!{asked}" if self.is_excluded else asked

    def _whole(self, word: str) -> str:
        return _either([quote_lexeme(lexeme) for lexeme in find_own_lexemes(word, self.languages)])

    def _word(self, word: str, *, is_prefix: bool = False) -> str:
        own = [quote_lexeme(lexeme) for lexeme in find_own_lexemes(word, self.languages)]
        if is_prefix:
            own = [*(f"{quote_lexeme(MARK[language] + word)}:*" for language in self.languages), *own]
        if apart := [self._whole(part) for part in find_separable_parts(word)]:
            own.append(f"({' & '.join(apart)})")
        return _either(own)


def clean_question(typed: str) -> str:
    """Return what was typed on one line, no longer than is read of it."""
    sound = typed[:LETTERS_AT_MOST].encode(errors="ignore").decode()  # halves of pairs are no letters
    return " ".join(sound.replace("\0", " ").split())


def parse_terms(text: str, languages: Languages = LANGUAGES) -> list[Term]:
    """Return the terms of a question, without the words that say nothing unless there are no others."""
    read = list(_read(text, languages))
    meaningless = _meaningless(read, text, languages)
    telling = [term for term in read if term.is_phrase or term.is_prefix or term.words[0] not in meaningless]
    return _at_most(telling if any(not term.is_excluded for term in telling) else read)


def build_query(typed: str, languages: Languages) -> LexemeQuery:
    """Return a query for rows that hold everything, phrases in their order, and nothing that is excluded."""
    return LexemeQuery(join_terms(parse_terms(clean_question(typed), languages)))


def join_terms(terms: Iterable[Term]) -> str:
    """Return a tsquery for all the terms, the excluded ones last."""
    return " & ".join(term.exact_expression() for term in sorted(terms, key=lambda term: term.is_excluded))


def _read(text: str, languages: Languages) -> Iterator[Term]:
    """Yield the terms as typed."""
    place = 0
    for found in QUOTED.finditer(text):
        yield from _loose(text[place : found.start()], languages)
        yield from _phrase(found[2], languages, is_excluded=bool(found[1]))
        place = found.end()
    yield from _loose(text[place:], languages)


def _loose(text: str, languages: Languages) -> Iterator[Term]:
    said = list(tokenize(text))
    compounds = [_compound(text, languages, *pair) for pair in pairwise(said)]
    for place, token in enumerate(said):
        before = text[max(token.start - 2, 0) : token.start]
        is_excluded = before == "-" or (before.endswith("-") and bool(TELLS_APART.match(before)))
        is_prefix = text[token.end : token.end + 1] == "*" and len(token.word) >= PREFIX_AT_LEAST
        joined = () if is_excluded else tuple(filter(None, (*compounds[:place][-1:], *compounds[place:][:1])))
        yield Term((token.word,), is_excluded=is_excluded, is_prefix=is_prefix, joined=joined, languages=languages)


def _compound(text: str, languages: Languages, one: Token, other: Token) -> str | None:
    """Return the compound of two neighbours (äldre omsorg), if they can make one."""
    word = one.word + other.word
    is_apart = text[one.end : other.start] != " " or _is_stop(one.word, languages) or _is_stop(other.word, languages)
    return None if is_apart or not word.isalpha() else word


def _phrase(text: str, languages: Languages, *, is_excluded: bool) -> Iterator[Term]:
    """Yield a quoted phrase. One word alone is no phrase; stop words only keep their distance."""
    said: list[Token] = list(tokenize(text))
    kept = [(token.word, place) for place, token in enumerate(said) if not _is_stop(token.word, languages)]
    kept = kept or [(token.word, place) for place, token in enumerate(said)]
    if kept:
        words, places = zip(*kept, strict=True)
        yield Term(words, places, is_phrase=len(words) > 1, is_excluded=is_excluded, languages=languages)


def _is_stop(word: str, languages: Languages) -> bool:
    return any(is_stop_word(word, language) for language in languages)


def _meaningless(terms: list[Term], text: str, languages: Languages) -> set[str]:
    """Return stop words (but not IT), words that only ask in a whole question, and names of registration numbers."""
    words = [word for term in terms for word in term.words]
    abbreviated = set(text.split()) if text != text.upper() else set()
    nothing = {word for word in words if _is_stop(word, languages) and word.upper() not in abbreviated}
    if words and words[0] in QUESTIONS_BEGIN:
        nothing |= ONLY_ASKS
    if any(NUMBER.fullmatch(word) for word in words):
        nothing |= CALLED
    return nothing


def _at_most(terms: list[Term]) -> list[Term]:
    """As many terms as have twenty words together."""
    kept, words = [], 0
    for term in terms:
        words += len(term.words)
        if words > WORDS_AT_MOST:
            cut = len(term.words) - (words - WORDS_AT_MOST)
            if cut > 0:
                kept.append(replace(term, words=term.words[:cut], places=term.places[:cut], is_phrase=cut > 1))
            break
        kept.append(term)
    return kept


@lru_cache(maxsize=4096)
def split_phrase(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase that are no stop words; all of them if they all are."""
    words = tuple(token.word for token in tokenize(phrase))
    return tuple(word for word in words if not _is_stop(word, LANGUAGES)) or words


def find_own_lexemes(word: str, languages: Languages = LANGUAGES) -> tuple[str, ...]:
    """Return the lexemes of the whole word in the languages; a registration number only as it was typed."""
    found = dict.fromkeys(lexeme for language in languages for lexeme in analyse_word(word, language).own)
    if not found:
        found = dict.fromkeys(lexeme for language in languages for lexeme in analyse_any_word(word, language).own)
    return (word,) if NUMBER.fullmatch(word) else tuple(found)


def find_separable_parts(word: str) -> tuple[str, ...]:
    """Return the parts that may stand apart instead of the compound: utbyggnad av bredband."""
    found = analyse_word(word, "sv")
    is_known = find_lemma(found.form, "sv") is not None
    if is_known and any(len(part) < PART_AT_LEAST for part in found.parts) and "-" not in word:
        return ()
    return found.parts


def _either(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({' | '.join(expressions)})"
