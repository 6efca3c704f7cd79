"""Doing a job row by row: one that cannot be done is tried again later, and those behind it are done meanwhile."""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet

from jobs.failures import describe_error, find_waiting_keys, forget_failures, is_away, note_failure
from jobs.heartbeats import note_step, stopping
from jobs.models import Failure

ROWS_A_ROUND = 1_000
SECONDS_A_ROUND = 20.0
"""Limits after which no row is begun, so that the other jobs get their turn."""
logger = logging.getLogger(__name__)


class RoundOverError(Exception):
    """Raised outside a row's transaction: the next ones would fare no better now."""

    def __init__(self, done: int = 1) -> None:
        super().__init__()
        self.done = done


def do_rows(
    due: QuerySet[Any], do: Callable[[int], bool], *, at_most: int = ROWS_A_ROUND, seconds: float | None = None
) -> int:
    """Do the rows that are due, in their order, each by its key. Return how many were done.

    `do` locks its row and looks again, since another worker may have been first; it returns whether it did anything.
    What it does not foresee is noted as the row's failure. An error that meets every row alike is raised.
    """
    job, model = f"{do.__module__}.{do.__name__.strip('_')}", due.model._meta.label_lower
    failed = _forget_undue(due, job, model)
    waiting = find_waiting_keys(job, model) if failed else set()
    deadline, done = time.monotonic() + (SECONDS_A_ROUND if seconds is None else seconds), 0
    for key in list(due.exclude(pk__in=waiting).values_list("pk", flat=True)[:at_most]):
        note_step(job, model, key)
        try:
            with noted_failures(job, model, [key]):
                done += do(key)
                if key in failed:
                    forget_failures(job, model, [key])
        except RoundOverError as over:
            done += over.done
            break
        if time.monotonic() > deadline or stopping.is_set():
            break
    note_step(job)
    return done


def _forget_undue(due: QuerySet[Any], job: str, model: str) -> set[int]:
    """Forget the failures of rows that are no longer to be done, by whatever cause. Return the rows of the others."""
    failures = Failure.objects.filter(job=job, model=model)
    failed = set(failures.values_list("key", flat=True))
    still_due = set(due.filter(pk__in=failed).values_list("pk", flat=True)) if failed else set()
    if gone := failed - still_due:
        failures.filter(key__in=gone).delete()
    return still_due


@contextmanager
def noted_failures(job: str, model: str, keys: Collection[int]) -> Iterator[list[Failure]]:
    """Note what the block raises as the failure of its rows, and go on. Raise only what meets every row alike.

    Yield a list that then holds the failures.
    """
    failures: list[Failure] = []
    try:
        yield failures
    except RoundOverError:
        raise
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("%s failed at %s %s.", job, model, ", ".join(map(str, keys)))
        failures += [note_failure(job, describe_error(error), model, key) for key in keys]
