"""What of the index may be shown now.

It is never read from the index: each thing's own `published` is asked in the same query, and whatever was changed since
it was indexed is left out. So an index that lags behind can hide something for an instant, and never show it.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from publishing.models import Moment
from search.models import Change, SearchEntry
from search.sources import SOURCES

LANGUAGE: Final = "{language}"
NOW: Final = "{now}"
ALL: Final = 'FROM "search_searchentry"'
SOME: Final = """FROM (
    SELECT entry.* FROM ({held}) AS held (words) JOIN search_searchentry entry ON entry.words_id = held.words
    WHERE entry.language = %(visible_in)s{where} OFFSET 0
) "search_searchentry\""""


def visible(language: str, at: datetime | None = None) -> QuerySet[SearchEntry]:
    """The entries that the public may see at a moment (now, unless told), in a language of the site."""
    return _visible(language, at or timezone.now())


def visible_sql(
    columns: tuple[str, ...], held: str, language: str, at: datetime | None = None, where: str = ""
) -> tuple[str, dict[str, Any]]:
    """The same among entries of some words, as SQL with its named parameters.

    `held` selects keys of SearchWords; `where` adds conditions on the entries. Those are looked up first: OFFSET 0
    keeps the database from asking of each other entry whether it may be shown.
    """
    sql, values = _compiled(columns)
    given = {LANGUAGE: language, NOW: at or timezone.now()}
    parameters = {name: given.get(value, value) for name, value in values.items()}
    return sql.replace(ALL, SOME.format(held=held, where=where), 1), {"visible_in": language} | parameters


@cache
def _compiled(columns: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Once for all, since making the query takes longer than its answer."""
    query = _visible(LANGUAGE, RawSQL("%s", (NOW,))).values(*columns).query
    sql, values = query.sql_with_params()
    names = [f"visible_{number}" for number in range(len(values))]
    return sql % tuple(f"%({name})s" for name in names), dict(zip(names, values, strict=True))


def _visible(language: str, at: Moment) -> QuerySet[SearchEntry]:
    is_public = Q()
    for kind, source in SOURCES.items():
        thing = source.published(at).order_by().filter(pk=OuterRef("object_id"))
        # The kind first: the database asks in this order, and need not ask the other tables.
        is_public |= Q(Q(kind=kind.value), Exists(thing))
    waiting = Change.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    return SearchEntry.objects.filter(is_public, ~Exists(waiting), language=language)
