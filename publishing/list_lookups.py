"""The comparisons that a parameter of an admin's list may ask for."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

from django.db.models import Field, Transform
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

MADE_BY_LINKS = frozenset({"exact", "in", "isnull", "gt", "gte", "lt", "lte"})
"""What filters and dates above a list compare by."""

LARGEST_OFFSET = timedelta(hours=15, minutes=59)
"""From UTC, that PostgreSQL takes. Python takes more."""


def can_be_compared(parameters: QueryDict) -> bool:
    """Whether the parameters of a list ask for nothing on which it would fail."""
    values = (value for name in parameters for value in parameters.getlist(name))
    return not (any(map(is_unused_lookup, parameters)) or any(map(is_incomparable, values)))


def is_unused_lookup(parameter: str) -> bool:
    """Whether a parameter asks for a comparison that no link makes.

    Django takes any of a list's own fields (`?id__range=1`), and fails where the value cannot be compared in that way.
    """
    path, _, comparison = parameter.rpartition("__")
    return bool(path) and comparison in _list_unused_lookups()


def is_incomparable(value: str) -> bool:
    """Whether a parameter is a moment with an offset from UTC that no clock has: the database refuses it."""
    moment = None
    with suppress(ValueError):
        moment = parse_datetime(value.strip())
    offset = moment.utcoffset() if moment else None
    return offset is not None and abs(offset) > LARGEST_OFFSET


@cache
def _list_unused_lookups() -> frozenset[str]:
    """Return the comparisons of all kinds of fields, but those that links make."""
    kinds: list[type[Field]] = [Field]
    found: set[str] = set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        made = vars(kind).get("class_lookups", {})
        found |= {name for name, lookup in made.items() if not issubclass(lookup, Transform)}
    return frozenset(found - MADE_BY_LINKS)
