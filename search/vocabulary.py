"""The vocabulary of published texts: used to correct misspelt words and to complete unfinished ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from django.db.models import Q, Value
from django.db.models.functions import Concat, Replace
from django.utils import timezone

from language.words import find_dictionary_form, find_lexemes, tokenize
from search.functions import IsHeld
from search.models import Word

LONGEST = 60
SHORTEST = 3
AT_A_TIME = 1_000
BEGUN_AT_MOST = 100
_seen_day: date | None = None


def learn_words(texts: Iterable[tuple[str, str]]) -> None:
    """Store the dictionary forms of the words of texts, each with its language."""
    words = {(token.word, language) for text, language in texts for token in tokenize(text)}
    found = sorted(set(filter(None, (_row(word, language) for word, language in words))))
    rows = [Word(word=word, lexeme=lexeme, language=language) for word, lexeme, language in found]
    Word.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_A_TIME)


def renew_words() -> None:
    """Recompute the lexemes of the known words, after a change of the language analysis."""
    changed = []
    for word in Word.objects.iterator(AT_A_TIME):
        row = _row(word.word, word.language)
        if row and row[1] != word.lexeme:
            word.lexeme = row[1]
            changed.append(word)
    Word.objects.bulk_update(changed, ["lexeme"], batch_size=AT_A_TIME)


def remove_unused_daily() -> int:
    """Once a day, remove the words that are no longer used. Return how many there were."""
    global _seen_day  # noqa: PLW0603
    today = timezone.localdate()
    if _seen_day == today:
        return 0
    removed = remove_unused_words()
    _seen_day = today
    return removed


def remove_unused_words() -> int:
    """Remove the words that nothing in the index holds any more, such as names in withdrawn texts."""
    quoted = Replace(Replace("lexeme", Value("\\"), Value(r"\\")), Value("'"), Value("''"))
    return Word.objects.exclude(IsHeld(Concat(Value("'"), quoted, Value("'")))).delete()[0]


def find_completions(typed: Collection[str]) -> dict[str, list[str]]:
    """Return lexemes of words that begin as typed, though their lexemes do not: a stem may be shorter.

    One query, or none if nothing is unfinished.
    """
    found = defaultdict[str, list[str]](list)
    if typed:
        begun = reduce(or_, (Q(word__startswith=start) & ~Q(lexeme__contains=start) for start in typed))
        rows = Word.objects.filter(begun).order_by("lexeme", "word").values_list("lexeme", "word").distinct()
        for lexeme, word in rows[:BEGUN_AT_MOST]:
            for start in typed:
                if word.startswith(start) and start not in lexeme and lexeme not in found[start]:
                    found[start].append(lexeme)
    return found


@lru_cache(maxsize=131_072)
def _row(word: str, language: str) -> tuple[str, str, str] | None:
    if not SHORTEST <= len(word) <= LONGEST:
        return None
    form = find_dictionary_form(word, language)
    found = find_lexemes(form, language) if form else ()
    return (form, found[0], language) if form and found and max(len(form), len(found[0])) <= LONGEST else None
