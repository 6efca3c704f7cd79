"""Slugs that nothing else has."""

from collections.abc import Callable
from itertools import count


def find_free_slug(wanted: str, is_taken: Callable[[str], bool], between: str = "-") -> str:
    """Return the wanted slug or, if it is taken, the one with the lowest free number from 2: `rapport-2`."""
    numbered = (f"{wanted}{between}{number}" for number in count(2))
    return next(slug for slug in numbered if not is_taken(slug)) if is_taken(wanted) else wanted
