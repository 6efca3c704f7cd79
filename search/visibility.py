"""Which entries of the index may be shown.

The index itself never decides: each thing's own `published` is part of the query, and whatever changed since it was
indexed is left out. So an index that lags can hide something for an instant, but never reveal it.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from language.words.vectors import quote_lexeme
from publishing.models import Moment
from search.models import Change, SearchEntry
from search.sources import SOURCES

LANGUAGE: Final = "{language}"
NOW: Final = "{now}"
SOME: Final = """
SELECT {columns} FROM (
    SELECT entry.*{more} FROM ({held}) AS held (words) JOIN search_searchentry entry ON entry.words_id = held.words
    {join} WHERE entry.language = %(visible_in)s{where} AND NOT EXISTS (
        SELECT FROM search_change waiting WHERE waiting.kind = entry.kind AND waiting.object_id = entry.object_id
    ) OFFSET 0
) "search_searchentry" WHERE {is_public}
"""
PUBLIC_LEXEMES: Final = """
SELECT given.lexeme FROM unnest(%(lexemes)s, %(queries)s) AS given (lexeme, query) WHERE EXISTS ({visible})
"""
COUNT: Final = """
SELECT (SELECT count(*) FROM ({visible}) AS found)
FROM unnest(%(queries)s::tsquery[]) WITH ORDINALITY AS given (query, place) ORDER BY place
"""


class Beside(NamedTuple):
    """SQL to add to the query: columns (each after a comma), a join that gives them, and conditions."""

    more: str = ""
    join: str = ""
    where: str = ""


ALONE: Final = Beside()


def find_visible_entries(language: str, at: datetime | None = None) -> QuerySet[SearchEntry]:
    """Return the entries that the public may see at a moment (now by default), in a language of the site."""
    waiting = Change.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    return SearchEntry.objects.filter(_is_public(at or timezone.now()), ~Exists(waiting), language=language)


def build_visible_sql(
    columns: str, held: str, language: str, at: datetime | None = None, beside: Beside = ALONE
) -> tuple[str, dict[str, Any]]:
    """Return the same for entries of some words, as SQL with its named parameters.

    `held` selects keys of SearchWords. OFFSET 0 makes the database look up those entries first, instead of checking
    the visibility of all others.
    """
    is_public, values = _is_public_sql()
    parameters = {name: (at or timezone.now()) if value == NOW else value for name, value in values.items()}
    sql = SOME.format(columns=columns, held=held, is_public=is_public, **beside._asdict())
    return sql, {"visible_in": language} | parameters


def find_public_lexemes(lexemes: list[str], language: str, at: datetime | None = None) -> set[str]:
    """Return those of the lexemes that occur in something the public may read."""
    if not lexemes:
        return set()
    visible, parameters = build_visible_sql("id", "SELECT search_holding(given.query::tsquery)", language, at)
    given = {"lexemes": lexemes, "queries": [quote_lexeme(lexeme) for lexeme in lexemes]}
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC_LEXEMES.format(visible=visible), given | parameters)
        return {lexeme for (lexeme,) in cursor.fetchall()}


def count_visible(queries: list[str], language: str) -> list[int]:
    """Return how many entries the public finds by each tsquery."""
    visible, parameters = build_visible_sql("id", "SELECT search_holding(given.query)", language)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(visible=visible), {"queries": queries} | parameters)
        return [count for (count,) in cursor.fetchall()]


@cache
def _is_public_sql() -> tuple[str, dict[str, Any]]:
    """Return the condition as SQL; cached, since building it takes longer than running it."""
    query = SearchEntry.objects.filter(_is_public(Value(NOW))).query
    sql, values = query.get_compiler(connection=connection).compile(query.where)
    names = [f"visible_{number}" for number in range(len(values))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, values, strict=True))


def _is_public(at: Moment) -> Q:
    is_public = Q()
    for kind, source in SOURCES.items():
        thing = source.published(at).order_by().filter(pk=OuterRef("object_id"))
        # The kind comes first: the database evaluates in this order, and skips the other tables.
        is_public |= Q(Q(kind=kind.value), Exists(thing))
    return is_public
