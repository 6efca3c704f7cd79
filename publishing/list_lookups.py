"""The comparisons that a parameter of an admin's list may ask for."""

from functools import cache

from django.db.models import Field, Transform

MADE_BY_LINKS = frozenset({"exact", "in", "isnull", "gt", "gte", "lt", "lte"})
"""What filters and dates above a list compare by."""


def is_unused_lookup(parameter: str) -> bool:
    """Whether a parameter asks for a comparison that no link makes.

    Django takes any of a list's own fields (`?id__range=1`), and fails where the value cannot be compared in that way.
    """
    path, _, comparison = parameter.rpartition("__")
    return bool(path) and comparison in _list_unused_lookups()


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
