"""What a job could not do for a reason that nobody foresaw: noted, tried again, and given up at last."""

import errno
import traceback
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from jobs.backoff import Backoff
from jobs.models import Failure

ATTEMPTS_AT_MOST = 8
"""Within about an hour."""
BACKOFF = Backoff(timedelta(seconds=30))
FULL = (errno.ENOSPC, errno.EDQUOT)
NOT_THE_ROWS_FAULT = ("08", "53", "57P", "58")
"""PostgreSQL's classes of errors that meet every row: connection, resources, shutdown, the system below it."""


class AwayError(OSError):
    """What all rows of a job need does not answer."""


def is_away(error: BaseException) -> bool:
    """Whether an error meets every row alike: the database or a storage is away, or a disk is full."""
    is_full = isinstance(error, OSError) and error.errno in FULL
    return is_full or isinstance(error, AwayError) or is_database_away(error)


def is_database_away(error: BaseException) -> bool:
    """Whether the database cannot be worked with at all. A deadlock, for instance, is another thing."""
    if not is_operational(error):
        return False
    code = getattr(error.__cause__, "pgcode", None) or ""
    return code.startswith(NOT_THE_ROWS_FAULT) or not connection.is_usable()


def is_operational(error: BaseException) -> bool:
    """Whether the database could not work, whatever it was asked: it is away, out of something, or had to stop.

    When it ends in the middle of an answer, psycopg2 raises its base class of errors, without a code.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error.__cause__) is psycopg2.DatabaseError


def describe_error(error: BaseException) -> str:
    """Return an error's name and place. Its message may hold what somebody wrote, and is left to the log."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR)] or frames
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__qualname__}, {place}"[:300]


@transaction.atomic
def note_failure(job: str, error: str, model: str = "", key: int = 0) -> Failure:
    """Note that a job could not do a row, or without a key that it failed as a whole. Say when to try again.

    A row is given up after eight attempts; a whole job never is.
    """
    Failure.objects.get_or_create(job=job, model=model, key=key)
    failure = Failure.objects.select_for_update().get(job=job, model=model, key=key)
    failure.attempts += 1
    failure.error, failure.failed_at = error, timezone.now()
    is_given_up = bool(key) and failure.attempts >= ATTEMPTS_AT_MOST
    failure.due_at = None if is_given_up else BACKOFF.find_next_attempt(failure.attempts)
    failure.save()
    return failure


def find_waiting_keys(job: str, model: str) -> set[int]:
    """Return the rows that a job has failed at and is not to try now."""
    return set(Failure.objects.waiting().filter(job=job, model=model).values_list("key", flat=True))


def forget_failures(job: str, model: str = "", keys: Collection[int] = (0,)) -> None:
    """Forget failures, since the rows are done; without a model, that the job failed as a whole."""
    Failure.objects.filter(job=job, model=model, key__in=keys).delete()
