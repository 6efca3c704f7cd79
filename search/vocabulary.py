"""The vocabulary of published texts: used to correct misspelt words and to complete unfinished ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from language.words import find_dictionary_form, find_lexemes, tokenize
from search.models import Word

LONGEST = 60
SHORTEST = 3
LEARN = """
INSERT INTO search_word (word, lexeme, language) VALUES {rows} ON CONFLICT (word, language) DO NOTHING
"""
FORGET_UNHELD = r"""
DELETE FROM search_word WHERE NOT EXISTS (
    SELECT search_holding(('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery)
)
"""
AT_A_TIME = 1_000
BEGUN = """
SELECT given.typed, word.lexeme FROM unnest(%s::text[]) AS given (typed)
JOIN search_word word ON word.word LIKE given.typed || '%%' AND strpos(word.lexeme, given.typed) = 0
GROUP BY given.typed, word.lexeme ORDER BY given.typed, word.lexeme LIMIT %s
"""
BEGUN_AT_MOST = 100
_seen_day: date | None = None


def learn_words(texts: Iterable[tuple[str, str]]) -> None:
    """Store the dictionary forms of the words of texts, each with its language."""
    words = {(token.word, language) for text, language in texts for token in tokenize(text)}
    found = sorted(set(filter(None, (_row(word, language) for word, language in words))))
    for start in range(0, len(found), AT_A_TIME):
        part = found[start : start + AT_A_TIME]
        rows = ", ".join(["(%s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(LEARN.format(rows=rows), [value for row in part for value in row])


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
    _seen_day = today
    return remove_unused_words()


def remove_unused_words() -> int:
    """Remove the words that nothing in the index holds any more, such as names in withdrawn texts."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_UNHELD)
        return int(cursor.rowcount)


def find_completions(typed: Collection[str]) -> dict[str, list[str]]:
    """Return lexemes of words that begin as typed, though their lexemes do not: a stem may be shorter.

    One query, or none if nothing is unfinished.
    """
    found = defaultdict[str, list[str]](list)
    if typed:
        with connection.cursor() as cursor:
            cursor.execute(BEGUN, [sorted(typed), BEGUN_AT_MOST])
            for word, lexeme in cursor.fetchall():
                found[word].append(lexeme)
    return found


@lru_cache(maxsize=131_072)
def _row(word: str, language: str) -> tuple[str, str, str] | None:
    if not SHORTEST <= len(word) <= LONGEST:
        return None
    form = find_dictionary_form(word, language)
    found = find_lexemes(form, language) if form else ()
    return (form, found[0], language) if form and found and max(len(form), len(found[0])) <= LONGEST else None
