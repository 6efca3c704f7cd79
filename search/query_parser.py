"""A visitor's question: its terms with editors' synonyms, as tsqueries for entries and for pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from language.words import find_lexemes
from language.words.queries import (
    PREFIX_AT_LEAST,
    Term,
    clean_question,
    find_own_lexemes,
    find_separable_parts,
    join_terms,
    parse_terms,
    split_phrase,
)
from language.words.tokens import NUMBER, normalize_word
from language.words.word_lists import ASKS_WHO, STOP_WORDS
from search.synonyms import Groups, match_group
from search.vocabulary import find_completions


@dataclass(frozen=True)
class Question:
    text: str
    terms: tuple[Term, ...] = ()
    synonyms: Groups = field(default=(), repr=False, compare=False)

    @classmethod
    def parse(cls, text: str, synonyms: Groups = ()) -> "Question":
        text = clean_question(text)
        return cls(text, tuple(_with_synonyms(parse_terms(text), synonyms)), synonyms)

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
        return join_terms(self.terms)

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
        return [term.exact_expression() for term in self.terms if term.is_excluded]

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


def _begins_stop_word(typed: str) -> bool:
    return any(word.startswith(typed) for words in STOP_WORDS.values() for word in words)


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
