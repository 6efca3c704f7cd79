"""Corrections of misspelt questions.

A word may be misspelt if nothing visible holds its lexemes. The candidates are words of published texts that look
alike (trigrams), the word with å, ä and ö restored, the word split in two, and the word joined with its neighbour. Of
those that something visible holds, the nearest wins. The correction is certain only for slips: missing dots, doubled
or swapped letters, words joined or apart. A word that a dictionary knows may be just what was meant.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

from django.db import connection

from language.words import Token, find_parts, is_stop_word, tokenize
from language.words.distances import is_near, measure_distance
from language.words.lexicon import LANGUAGES, find_lemma, load_lexicon
from language.words.queries import PART_AT_LEAST, find_own_lexemes, find_separable_parts
from search.query_parser import Question

IsPublic = Callable[[list[str]], set[str]]
"""Returns those of the lexemes that something visible holds."""
SHORTEST, LONGEST = 3, 40
"""Letters of a word that may be corrected: longer ones take time, and are no words."""
ALIKE_FROM = 5
"""Letters: shorter words look like too many others, and only get their dots restored."""
SLIP_AT_MOST = 0.75
"""The highest cost of a slip: two letters swapped before an ending, or a joined word without its dots."""
MENDED_AT_MOST = 5
"""Words: with more unknown ones, the question is about something else."""
HALF = 3
"""Letters that each half of a split word has at least."""
WITH_DOTS = {"a": "aåä", "o": "oö"}
DOTTED_AT_MOST = 6
"""Letters that may lack dots: each makes two or three candidates of one."""
APART, JOINED = 0.6, 0.4
"""The cost of splitting a word, and of joining two."""
WIDER = 2.0
"""The cost of searching for the first part of an unknown compound: vindkraft for vindkraftverk."""
ALIKE_AT_MOST = 40
ALIKE = """
SELECT typed, near.word FROM unnest(%s::text[]) AS given (typed)
CROSS JOIN LATERAL (
    SELECT word FROM search_word WHERE word %% typed OR word = ANY(%s::text[])
    GROUP BY word ORDER BY word = ANY(%s::text[]) DESC, similarity(word, typed) DESC, word LIMIT %s
) AS near
"""


class Correction(NamedTuple):
    """The corrected question."""

    text: str
    is_sure: bool


class Proposal(NamedTuple):
    """A replacement for the tokens from `first` to `last`: the cheapest is the best."""

    cost: float
    is_unknown: bool
    words: str
    first: int
    last: int
    lexemes: tuple[frozenset[str], ...]
    """For each of its words; something visible must hold one of each."""


def find_correction(question: Question, is_public: IsPublic) -> Correction | None:
    """Return the corrected question, or None if nothing needs correcting or something cannot be corrected."""
    asked = {word for term in question.wanted if not term.is_prefix for word in term.words}
    said = list(tokenize(question.text))
    public = is_public(sorted({lexeme for word in asked for lexeme in _all_lexemes(word)}))
    missing = [place for place, one in enumerate(said) if one.word in asked and _is_missing(question.text, one, public)]
    wrong = [place for place in missing if not _may_be_right(said[place].word, public)]
    if not missing or len(missing) > MENDED_AT_MOST or any(len(said[place].word) > LONGEST for place in missing):
        return None
    proposals = [proposal for place in missing for proposal in _proposals(said, place)] + _alike(said, missing)
    public |= is_public(sorted({one for proposal in proposals for group in proposal.lexemes for one in group}))
    fitting = [one for one in proposals if all(not group.isdisjoint(public) for group in one.lexemes)]
    chosen = _best(missing, wrong, sorted(fitting))
    if not chosen:
        return None
    is_sure = all(one.cost <= SLIP_AT_MOST and not _is_known(said[one.first : one.last + 1]) for one in chosen)
    return Correction(_mended(question.text, said, chosen), is_sure)


def _all_lexemes(word: str) -> set[str]:
    return {
        *find_own_lexemes(word),
        *(lexeme for part in find_separable_parts(word) for lexeme in find_own_lexemes(part)),
    }


def _is_missing(text: str, token: Token, public: set[str]) -> bool:
    """Whether nothing visible holds the word. Numbers and abbreviations are not misspelt."""
    word = token.word
    return (
        len(word) >= SHORTEST
        and not any(sign.isdigit() for sign in word)
        and not text[token.start : token.end].isupper()
        and not any(is_stop_word(word, language) for language in LANGUAGES)
        and public.isdisjoint(find_own_lexemes(word))
    )


def _may_be_right(word: str, public: set[str]) -> bool:
    """Whether a dictionary knows the word, or something visible holds all parts of the compound."""
    apart = find_separable_parts(word)
    return _is_word(word) or (bool(apart) and not any(public.isdisjoint(find_own_lexemes(part)) for part in apart))


def _is_word(word: str) -> bool:
    return any(find_lemma(word, language) for language in LANGUAGES)


def _is_common(word: str) -> bool:
    """Whether it is a common word, and not a name, which may be spelt in many ways."""
    return any(load_lexicon(language).get(word) for language in LANGUAGES)


def _is_known(said: list[Token]) -> bool:
    return all(_is_word(token.word) for token in said)


def _proposals(said: list[Token], place: int) -> Iterator[Proposal]:
    """Yield proposals made from the typed letters alone."""
    typed = said[place].word
    for word in _with_dots(typed):
        yield _proposal(measure_distance(typed, word), (word,), place, place)
    if _is_word(typed):
        about = find_parts(typed, "sv")[:1]
        if about and len(about[0]) >= PART_AT_LEAST:
            yield _proposal(WIDER, about, place, place)
        return
    if len(typed) < ALIKE_FROM:
        return
    for middle in range(HALF, len(typed) - HALF + 1):
        for halves in product(_words(typed[:middle]), _words(typed[middle:])):
            yield _proposal(APART + measure_distance(typed, "".join(halves)), halves, place, place)
    for first, last in pairwise(range(max(place - 1, 0), min(place + 2, len(said)))):
        for joint in ("", "s"):
            word = said[first].word + joint + said[last].word
            yield _proposal(JOINED, (word,), first, last)


def _words(typed: str) -> list[str]:
    """Return the words of a lexicon that the letters make, with or without dots."""
    return [*([typed] if _is_word(typed) else []), *_with_dots(typed)]


def _with_dots(typed: str) -> list[str]:
    """Return the words of the lexicon made by restoring å, ä and ö."""
    return [word for word in _dotted(typed) if find_lemma(word, "sv")]


def _dotted(typed: str) -> list[str]:
    """Return every way to restore å, ä and ö."""
    if sum(sign in WITH_DOTS for sign in typed) > DOTTED_AT_MOST:
        return []
    return ["".join(signs) for signs in product(*(WITH_DOTS.get(sign, sign) for sign in typed))][1:]


def _alike(said: list[Token], missing: list[int]) -> list[Proposal]:
    """Return words of published texts that look alike, by one query."""
    typed = sorted({said[place].word for place in missing})
    certain = [one for word in typed for one in (*_dotted(word), *_swapped(word)) if len(one) >= SHORTEST]
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [typed, certain, certain, ALIKE_AT_MOST])
        rows = cursor.fetchall()
    near = [
        (word, found, measure_distance(word, found)) for word, found in rows if found != word and is_near(word, found)
    ]
    return [
        _proposal(cost, (found,), place, place)
        for place in missing
        for word, found, cost in near
        if said[place].word == word and (cost <= SLIP_AT_MOST or not _is_common(word))
    ]


def _swapped(word: str) -> Iterator[str]:
    """Yield the word with two letters swapped or one left out: short words share too few trigrams to be found else."""
    if len(word) < ALIKE_FROM:
        return
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        yield word[:place] + word[place + 1 :]


def _proposal(cost: float, words: tuple[str, ...], first: int, last: int) -> Proposal:
    is_unknown = not all(map(_is_word, words))
    return Proposal(
        cost, is_unknown, " ".join(words), first, last, tuple(frozenset(find_own_lexemes(one)) for one in words)
    )


def _best(missing: list[int], wrong: list[int], fitting: list[Proposal]) -> list[Proposal]:
    """Return the best proposal for each word; none at all if a wrong word has none. Others may stay as they are."""
    chosen: dict[int, Proposal] = {}
    for place in missing:
        if any(one.first <= place <= one.last for one in chosen.values()):
            continue
        proposal = next((one for one in fitting if one.first <= place <= one.last), None)
        if proposal is not None:
            chosen[proposal.first] = proposal
        elif place in wrong:
            return []
    return list(chosen.values())


def _mended(text: str, said: list[Token], chosen: list[Proposal]) -> str:
    """Return the text with the chosen proposals; the rest stays as typed."""
    for proposal in sorted(chosen, key=lambda one: -one.first):
        start, end = said[proposal.first].start, said[proposal.last].end
        words = proposal.words.capitalize() if text[start].isupper() else proposal.words
        text = text[:start] + words + text[end:]
    return text
