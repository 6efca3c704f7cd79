"""When a job that failed is tried again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

DOUBLED_AT_MOST = 30


def find_due(attempts: str, due_at: str, at: datetime | None = None) -> Q:
    """Return the condition for rows to try at a time (by default now), by the names of their two columns.

    What has never been tried is due whatever it says: the clock of the node that queued it may be wrong.
    """
    return Q(**{attempts: 0}) | Q(**{f"{due_at}__lte": at or timezone.now()})


class Backoff(NamedTuple):
    """Pauses between the attempts of a job: each twice as long as the one before, up to the longest."""

    first: timedelta
    longest: timedelta = timedelta(hours=1)

    def find_next_attempt(self, failed: int) -> datetime:
        """Return when to try again after so many failed attempts, counted from 1."""
        return timezone.now() + self._find_pause(failed)

    def count_attempts(self, within: timedelta) -> int:
        """Return how many attempts there are in a time, the first one at its start included."""
        attempts, passed = 1, self._find_pause(1)
        while passed <= within:
            attempts += 1
            passed += self._find_pause(attempts)
        return attempts

    def _find_pause(self, failed: int) -> timedelta:
        return min(self.first * 2 ** min(failed - 1, DOUBLED_AT_MOST), self.longest)
