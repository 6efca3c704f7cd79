"""When a job that failed is tried again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

DOUBLED_AT_MOST = 30


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
