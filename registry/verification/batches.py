"""Reading rows in batches, with progress."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

BATCH = 500
"""Rows in memory at once."""
T = TypeVar("T")
Tell = Callable[[str], Any]


def say_nothing(_words: str) -> None:
    pass


def in_batches(rows: QuerySet[Any, T], what: str, tell: Tell) -> Iterator[list[T]]:
    """Yield the rows of a query in batches."""
    total, done = rows.count(), 0
    waiting = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        yield batch
        done += len(batch)
        if done == total or done % (20 * BATCH) == 0:
            tell(f"Checked {done} of {total} {what}.")
