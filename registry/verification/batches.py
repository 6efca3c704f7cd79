"""Reading rows in batches, with progress."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

BATCH = 500
"""Rows in memory at once."""
T = TypeVar("T")
Progress = Callable[[str], Any]


def ignore_progress(_words: str) -> None:
    pass


def read_batches(rows: QuerySet[Any, T], what: str, progress: Progress, at_once: int = BATCH) -> Iterator[list[T]]:
    """Yield the rows of a query in batches."""
    total, done = rows.count(), 0
    waiting = rows.iterator(chunk_size=at_once)
    while batch := list(islice(waiting, at_once)):
        yield batch
        done += len(batch)
        if done == total or done % (20 * BATCH) == 0:
            progress(f"Checked {done} of {total} {what}.")
