"""What a misspelt question may have meant.

A word is misspelt where nothing that may be shown holds its lexemes. What it may have meant are words of published
texts that look alike (trigrams), the word with its å, ä and ö put back, the word written apart, and the word joined
with its neighbour. Of those that something visible holds, the nearest wins.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

from django.db import connection

from search.asking import Question, own_lexemes, parts_apart
from search.distances import distance, is_near
from search.language import Token, is_stop_word, tokens
from search.language.lexicon import LANGUAGES, lemma

IsPublic = Callable[[list[str]], set[str]]
"""Which of these lexemes something holds that may be shown now."""
SHORTEST, LONGEST = 3, 40
"""Letters of a word that may be mended: longer ones take time, and are no words."""
MENDED_AT_MOST = 5
"""Words: with more than so many that nobody has written, the question is of something else."""
HALF = 3
"""Letters that each half has of a word that is written apart."""
WITH_DOTS = {"a": "aåä", "o": "oö"}
DOTTED_AT_MOST = 6
"""Letters that may have lost their dots: each makes two or three words of one."""
APART, JOINED = 0.6, 0.4
"""What it costs to write a word apart, and to join two."""
ALIKE_AT_MOST = 40
ALIKE = """
SELECT typed, near.word FROM unnest(%s::text[]) AS given (typed)
CROSS JOIN LATERAL (
    SELECT word FROM search_word WHERE word %% typed OR word = ANY(%s::text[])
    GROUP BY word ORDER BY similarity(word, typed) DESC, word LIMIT %s
) AS near
"""


class Proposal(NamedTuple):
    """What may stand instead of the tokens from `first` to `last`: the cheapest is the best."""

    cost: float
    is_unknown: bool
    words: str
    first: int
    last: int
    lexemes: tuple[frozenset[str], ...]
    """Of each of its words; something visible must hold one of each."""


def meant(question: Question, is_public: IsPublic) -> str | None:
    """The question with misspelt words mended, or None where nothing is misspelt or something cannot be mended."""
    asked = {word for term in question.wanted if not term.is_prefix for word in term.words}
    said = list(tokens(question.text))
    known = is_public(sorted({lexeme for word in asked for lexeme in _all_lexemes(word)}))
    misspelt = [place for place, token in enumerate(said) if token.word in asked and _is_misspelt(token.word, known)]
    if not misspelt or len(misspelt) > MENDED_AT_MOST or any(len(said[place].word) > LONGEST for place in misspelt):
        return None
    proposals = [proposal for place in misspelt for proposal in _proposals(said, place)]
    proposals += _alike(said, misspelt)
    public = known | is_public(sorted({one for proposal in proposals for group in proposal.lexemes for one in group}))
    fitting = [one for one in proposals if all(not group.isdisjoint(public) for group in one.lexemes)]
    return _mended(question.text, said, misspelt, sorted(fitting))


def _all_lexemes(word: str) -> set[str]:
    return {*own_lexemes(word), *(lexeme for part in parts_apart(word) for lexeme in own_lexemes(part))}


def _is_misspelt(word: str, known: set[str]) -> bool:
    """Whether nothing visible holds the word, or all parts of the compound that it is."""
    if (
        len(word) < SHORTEST
        or any(sign.isdigit() for sign in word)
        or any(is_stop_word(word, one) for one in LANGUAGES)
    ):
        return False
    if not known.isdisjoint(own_lexemes(word)):
        return False
    parts = parts_apart(word)
    return not parts or any(known.isdisjoint(own_lexemes(part)) for part in parts)


def _proposals(said: list[Token], place: int) -> Iterator[Proposal]:
    """What the typed letters themselves may mean."""
    typed = said[place].word
    for word in _with_dots(typed):
        yield _proposal(distance(typed, word), (word,), place, place)
    for middle in range(HALF, len(typed) - HALF + 1):
        halves = (typed[:middle], typed[middle:])
        if all(any(lemma(half, language) for language in LANGUAGES) for half in halves):
            yield _proposal(APART, halves, place, place)
    for first, last in pairwise(range(max(place - 1, 0), min(place + 2, len(said)))):
        for joint in ("", "s"):
            word = said[first].word + joint + said[last].word
            yield _proposal(JOINED, (word,), first, last)


def _with_dots(typed: str) -> Iterator[str]:
    """With some of å, ä and ö put back, as far as that makes a word of the lexicon."""
    if sum(sign in WITH_DOTS for sign in typed) <= DOTTED_AT_MOST:
        for signs in product(*(WITH_DOTS.get(sign, sign) for sign in typed)):
            word = "".join(signs)
            if word != typed and lemma(word, "sv"):
                yield word


def _alike(said: list[Token], misspelt: list[int]) -> list[Proposal]:
    """Words of published texts that look alike, by one query."""
    typed = sorted({said[place].word for place in misspelt})
    swapped = [one for word in typed for one in _swapped(word) if len(one) >= SHORTEST]
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [typed, swapped, ALIKE_AT_MOST])
        rows = cursor.fetchall()
    near = [(word, found) for word, found in rows if found != word and is_near(word, found)]
    return [
        _proposal(distance(word, found), (found,), place, place)
        for place in misspelt
        for word, found in near
        if said[place].word == word
    ]


def _swapped(word: str) -> Iterator[str]:
    """With two neighbours changed or a letter left out: so short words are found, too, which share few trigrams."""
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        yield word[:place] + word[place + 1 :]


def _proposal(cost: float, words: tuple[str, ...], first: int, last: int) -> Proposal:
    is_unknown = not all(any(lemma(word, language) for language in LANGUAGES) for word in words)
    return Proposal(cost, is_unknown, " ".join(words), first, last, tuple(frozenset(own_lexemes(one)) for one in words))


def _mended(text: str, said: list[Token], misspelt: list[int], best: list[Proposal]) -> str | None:
    """The text with the best proposal for each misspelt word; the rest stands as it was typed."""
    chosen: dict[int, Proposal] = {}
    for place in misspelt:
        if any(one.first <= place <= one.last for one in chosen.values()):
            continue
        proposal = next((one for one in best if one.first <= place <= one.last), None)
        if proposal is None:
            return None
        chosen[proposal.first] = proposal
    for proposal in sorted(chosen.values(), key=lambda one: -one.first):
        start, end = said[proposal.first].start, said[proposal.last].end
        words = proposal.words.capitalize() if text[start].isupper() else proposal.words
        text = text[:start] + words + text[end:]
    return text
