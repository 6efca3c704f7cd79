"""Parse what a visitor typed into terms, and write them as PostgreSQL tsqueries.

A word matches by its lexemes in both languages, by all the parts of a compound, or by an editor's synonym.
Lexemes are quoted one by one, so nothing that can be typed breaks the tsquery.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from language.words import Token, analyse_word, find_lexemes, is_stop_word, tokenize
from language.words.analysis import MARK, analyse_any_word
from language.words.lexicon import LANGUAGES, find_lemma
from language.words.tokens import NUMBER, normalize_word
from language.words.vectors import quote_lexeme
from language.words.word_lists import ASKS_WHO, CALLED, ONLY_ASKS, QUESTIONS_BEGIN, STOP_WORDS
from search.synonyms import Groups, match_group, split_phrase
from search.vocabulary import find_completions

LETTERS_AT_MOST = 300
WORDS_AT_MOST = 20
PREFIX_AT_LEAST = 2
PART_AT_LEAST = 5
"""Shortest part, in letters, for which the parts of a well-known compound match too: never järn and väg."""
QUOTED = re.compile(r'(-?)["“”„»«]([^"“”„»«]*)["“”„»«]?')
TELLS_APART = re.compile(r"[\s(,;]")


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

    def expression(self) -> str:
        """Return a tsquery for the words, wherever they stand."""
        asked = " & ".join(_word(word, self.is_prefix) for word in self.words)
        if len(self.words) > 1:
            asked = f"({asked})"
        others = [" & ".join(_word(word, is_prefix=False) for word in split_phrase(other)) for other in self.others]
        others = [f"({other})" for other in others if other]
        return _either([asked, *others, *map(_whole, self.joined), *map(quote_lexeme, self.begun)])

    def phrase(self) -> str:
        """Return a tsquery for the words in their order, at their distances."""
        asked = _whole(self.words[0])
        for word, place, before in zip(self.words[1:], self.places[1:], self.places, strict=False):
            asked += f" <{place - before}> {_whole(word)}"
        return f"({asked})"


@dataclass(frozen=True)
class Question:
    text: str
    terms: tuple[Term, ...] = ()
    synonyms: Groups = field(default=(), repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, synonyms: Groups = ()) -> "Question":
        sound = text[:LETTERS_AT_MOST].encode(errors="ignore").decode()  # halves of pairs are no letters
        text = " ".join(sound.replace("\0", " ").split())
        read = list(_read(text))
        meaningless = _meaningless(read, text)
        telling = [term for term in read if term.is_phrase or term.is_prefix or term.words[0] not in meaningless]
        chosen = telling if any(not term.is_excluded for term in telling) else read
        return cls(text, tuple(_with_synonyms(_at_most(chosen), synonyms)), synonyms)

    def __bool__(self) -> bool:
        """Whether anything is searched for, and not only excluded."""
        return any(not term.is_excluded for term in self.terms)

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def asks_who(self) -> bool:
        """Whether the likeliest answer is a person."""
        return self.text.lower().partition(" ")[0] in ASKS_WHO

    @property
    def numbers(self) -> list[str]:
        """The registration numbers in the question."""
        return [word for term in self.wanted for word in term.words if NUMBER.fullmatch(word)]

    def tsquery(self) -> str:
        """Return a tsquery for whole entries. Their pages have no positions, so phrases match word by word."""
        return " & ".join([*(term.expression() for term in self.wanted), *self._excluded])

    def any_tsquery(self) -> str:
        """Return a tsquery for any of the words and none of the excluded ones."""
        return " & ".join([f"({self.any_word()})", *self._excluded])

    def any_word(self) -> str:
        """Return the same for entries already known to hold no excluded word."""
        return " | ".join(term.expression() for term in self.wanted)

    def near_tsqueries(self) -> list[str]:
        """Return tsqueries that must each match one page, text or heading: phrases and the parts of compounds."""
        apart = (term for term in self.wanted if not term.is_phrase and any(map(find_separable_parts, term.words)))
        return [*(term.phrase() for term in self.wanted if term.is_phrase), *(term.expression() for term in apart)]

    def page_tsquery(self) -> str:
        """Return a tsquery for a page that holds everything, phrases in their order."""
        wanted = (term.phrase() if term.is_phrase else term.expression() for term in self.wanted)
        return " & ".join([*wanted, *self._excluded])

    def with_prefix(self) -> "Question":
        """Return the question with its last word as a prefix, or without it if it may become a stop word."""
        if not self.terms or not self.terms[-1].words:
            return self
        last = self.terms[-1]
        is_short = len(last.words[-1]) < PREFIX_AT_LEAST
        if last.is_phrase or last.is_excluded or (is_short and len(self.terms) == 1):
            return self
        if len(self.terms) > 1 and (is_short or _begins_stop_word(last.words[-1])):
            return replace(self, terms=self.terms[:-1])
        return replace(self, terms=(*self.terms[:-1], replace(last, is_prefix=True)))

    def completed(self) -> "Question":
        """Return the question with completions of its unfinished words: one query, if there are any."""
        found = find_completions({term.words[-1] for term in self.terms if term.is_prefix})
        return replace(self, terms=tuple(_completed(term, found) for term in self.terms)) if found else self

    def marks(self, word: str, language: str) -> bool:
        """Whether a word of a text answers the question."""
        word = normalize_word(word)
        return not self._marked.isdisjoint(find_lexemes(word, language)) or word.startswith(self._beginnings)

    @property
    def _excluded(self) -> list[str]:
        terms = [term for term in self.terms if term.is_excluded]
        return [f"!{term.phrase() if term.is_phrase else term.expression()}" for term in terms]

    @cached_property
    def _marked(self) -> frozenset[str]:
        words = [word for term in self.wanted for word in term.words]
        words += [word for term in self.wanted for other in term.others for word in split_phrase(other)]
        words += [word for term in self.wanted for word in term.joined]
        own = {lexeme for word in words for lexeme in find_own_lexemes(word)}
        return frozenset(own.union(*(find_own_lexemes(part) for word in words for part in find_separable_parts(word))))

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(term.words[-1] for term in self.wanted if term.is_prefix)


def _completed(term: Term, found: Mapping[str, Sequence[str]]) -> Term:
    return replace(term, begun=tuple(found.get(term.words[-1], ()))) if term.is_prefix else term


def _read(text: str) -> Iterator[Term]:
    """Yield the terms as typed."""
    place = 0
    for found in QUOTED.finditer(text):
        yield from _loose(text[place : found.start()])
        yield from _phrase(found[2], is_excluded=bool(found[1]))
        place = found.end()
    yield from _loose(text[place:])


def _loose(text: str) -> Iterator[Term]:
    said = list(tokenize(text))
    compounds = [_compound(text, *pair) for pair in pairwise(said)]
    for place, token in enumerate(said):
        before = text[max(token.start - 2, 0) : token.start]
        is_excluded = before == "-" or (before.endswith("-") and bool(TELLS_APART.match(before)))
        is_prefix = text[token.end : token.end + 1] == "*" and len(token.word) >= PREFIX_AT_LEAST
        joined = () if is_excluded else tuple(filter(None, (*compounds[:place][-1:], *compounds[place:][:1])))
        yield Term((token.word,), is_excluded=is_excluded, is_prefix=is_prefix, joined=joined)


def _compound(text: str, one: Token, other: Token) -> str | None:
    """Return the compound of two neighbours (äldre omsorg), if they can make one."""
    word = one.word + other.word
    is_apart = text[one.end : other.start] != " " or _is_stop(one.word) or _is_stop(other.word)
    return None if is_apart or not word.isalpha() else word


def _phrase(text: str, *, is_excluded: bool) -> Iterator[Term]:
    """Yield a quoted phrase. One word alone is no phrase; stop words only keep their distance."""
    said: list[Token] = list(tokenize(text))
    kept = [(token.word, place) for place, token in enumerate(said) if not _is_stop(token.word)]
    kept = kept or [(token.word, place) for place, token in enumerate(said)]
    if kept:
        words, places = zip(*kept, strict=True)
        yield Term(words, places, is_phrase=len(words) > 1, is_excluded=is_excluded)


def _is_stop(word: str) -> bool:
    return any(is_stop_word(word, language) for language in LANGUAGES)


def _begins_stop_word(typed: str) -> bool:
    return any(word.startswith(typed) for words in STOP_WORDS.values() for word in words)


def _meaningless(terms: list[Term], text: str) -> set[str]:
    """Return stop words (but not IT), words that only ask in a whole question, and names of registration numbers."""
    words = [word for term in terms for word in term.words]
    abbreviated = set(text.split()) if text != text.upper() else set()
    nothing = {word for word in words if _is_stop(word) and word.upper() not in abbreviated}
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


def _with_synonyms(terms: list[Term], synonyms: Groups) -> Iterator[Term]:
    """Join words that a synonym group has together, and add their synonyms."""
    place = 0
    while place < len(terms):
        run = []
        for term in terms[place:]:
            if term.is_phrase or term.is_excluded or term.is_prefix:
                break
            run.append(term.words[0])
        length, others = match_group(run, 0, synonyms) if run else (0, [])
        if length:
            joined = tuple(word for term in terms[place : place + length] for word in term.joined)
            yield Term(tuple(run[:length]), tuple(range(length)), others=tuple(others), joined=joined)
        else:
            yield terms[place]
        place += max(length, 1)


def find_own_lexemes(word: str) -> tuple[str, ...]:
    """Return the lexemes of the whole word in both languages; a registration number only as it was typed."""
    found = dict.fromkeys(lexeme for language in LANGUAGES for lexeme in analyse_word(word, language).own)
    if not found:
        found = dict.fromkeys(lexeme for language in LANGUAGES for lexeme in analyse_any_word(word, language).own)
    return (word,) if NUMBER.fullmatch(word) else tuple(found)


def find_separable_parts(word: str) -> tuple[str, ...]:
    """Return the parts that may stand apart instead of the compound: utbyggnad av bredband."""
    found = analyse_word(word, "sv")
    is_known = find_lemma(found.form, "sv") is not None
    if is_known and any(len(part) < PART_AT_LEAST for part in found.parts) and "-" not in word:
        return ()
    return found.parts


def _whole(word: str) -> str:
    return _either([quote_lexeme(lexeme) for lexeme in find_own_lexemes(word)])


def _word(word: str, is_prefix: bool) -> str:  # noqa: FBT001
    own = [quote_lexeme(lexeme) for lexeme in find_own_lexemes(word)]
    if is_prefix:
        own = [*(f"{quote_lexeme(mark + word)}:*" for mark in MARK.values()), *own]
    if apart := [_whole(part) for part in find_separable_parts(word)]:
        own.append(f"({' & '.join(apart)})")
    return _either(own)


def _either(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({' | '.join(expressions)})"
