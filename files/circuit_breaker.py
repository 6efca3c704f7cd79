"""Circuit breaker for the file storage: after a failure one caller retries, all others fail fast."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from jobs.failures import AwayError

SECONDS_TO_RETRY = 30
"""The `Retry-After` of the answers meanwhile (RFC 9110, 10.2.3)."""
SECONDS_LEFT_ALONE = 2.0
SECONDS_TO_TRY = 60.0
"""Longer than any attempt takes, so that no two are made at once."""


class StorageAwayError(AwayError):
    """The storage cannot be reached, or refuses us: whether the file exists is unknown, and nothing was saved."""


class CircuitBreaker:
    """Lets one caller at a time retry a storage that has failed, every two seconds, and refuses the others.

    The server has few threads: if each waited for a hanging storage, the whole site would hang.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed_until: float | None = None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Wrap a call. Raise `StorageAwayError` at once while the circuit is open."""
        self._enter()
        try:
            yield
        except StorageAwayError:
            self._closed_until = monotonic() + SECONDS_LEFT_ALONE
            raise
        except BaseException:
            self._closed_until = None
            raise
        self._closed_until = None

    def _enter(self) -> None:
        with self._lock:
            if self._closed_until is None:
                return
            now = monotonic()
            if now < self._closed_until:
                raise StorageAwayError("The storage did not answer a moment ago, and is left alone.")
            self._closed_until = now + SECONDS_TO_TRY
