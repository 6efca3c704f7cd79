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


def visible(language: str, at: datetime | None = None) -> QuerySet[SearchEntry]:
    """The entries that the public may see at a moment (now, unless told), in a language of the site."""
    return _visible(language, at or timezone.now())


def visible_sql(columns: tuple[str, ...], language: str, at: datetime | None = None) -> tuple[str, list[Any]]:
    """The same as SQL, with its parameters: built once, since building it takes longer than its answer."""
    sql, parameters = _compiled(columns)
    given = {LANGUAGE: language, NOW: at or timezone.now()}
    return sql, [given.get(value, value) if isinstance(value, str) else value for value in parameters]


@cache
def _compiled(columns: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    at = RawSQL("%s", (NOW,))
    return _visible(LANGUAGE, at).values(*columns).query.sql_with_params()


def _visible(language: str, at: Moment) -> QuerySet[SearchEntry]:
    is_public = Q()
    for kind, source in SOURCES.items():
        thing = source.published(at).order_by().filter(pk=OuterRef("object_id"))
        # The kind first: the database asks in this order, and need not ask the other tables.
        is_public |= Q(Q(kind=kind.value), Exists(thing))
    waiting = Change.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    return SearchEntry.objects.filter(is_public, ~Exists(waiting), language=language)
