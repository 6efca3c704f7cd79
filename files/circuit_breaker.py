"""A storage that does not answer, told apart from a file that is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

SECONDS_TO_RETRY = 30
"""What visitors' programs are told to wait (RFC 9110, 10.2.3)."""
SECONDS_LEFT_ALONE = 2.0
SECONDS_TO_TRY = 60.0
"""Longer than any one attempt lasts, so that no second one is made beside it."""


class StorageAwayError(OSError):
    """The storage cannot be reached, or refuses us: nothing can be told of the file, and nothing was kept."""


class CircuitBreaker:
    """The way to a storage. Once it has failed, one caller at a time tries it, every other moment; others are refused.

    The server has few threads: were each to wait for a storage that hangs, the whole site would hang with it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed_until: float | None = None

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around a call. Raises `StorageAwayError` at once while the storage is left alone."""
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
