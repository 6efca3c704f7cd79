"""The words that texts are made of: what a misspelt word may have meant."""

from collections.abc import Iterable
from functools import lru_cache

from django.db import connection

from search.language import dictionary_form, lexemes, tokens

LONGEST = 60
SHORTEST = 3
LEARN = """
INSERT INTO search_word (word, lexeme, language) VALUES {rows} ON CONFLICT (word, language) DO NOTHING
"""
AT_A_TIME = 1_000


def learn(texts: Iterable[tuple[str, str]]) -> None:
    """Keep the dictionary forms of the words of texts, each with its language."""
    words = {(token.word, language) for text, language in texts for token in tokens(text)}
    found = sorted(set(filter(None, (_row(word, language) for word, language in words))))
    for start in range(0, len(found), AT_A_TIME):
        part = found[start : start + AT_A_TIME]
        rows = ", ".join(["(%s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(LEARN.format(rows=rows), [value for row in part for value in row])


@lru_cache(maxsize=131_072)
def _row(word: str, language: str) -> tuple[str, str, str] | None:
    if not SHORTEST <= len(word) <= LONGEST:
        return None
    form = dictionary_form(word, language)
    found = lexemes(form, language) if form else ()
    return (form, found[0], language) if form and found and max(len(form), len(found[0])) <= LONGEST else None
