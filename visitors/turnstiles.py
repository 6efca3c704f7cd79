"""At most so many searches and password hashes at once in a process; whoever finds no room is asked to come back.

Each keeps a processor core busy. Were all that work at them, no other page would be answered.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Condition
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.http import HttpRequest, HttpResponse

from visitors import places
from visitors.refusals import NoRoomError

WAITING_AT_MOST = 4
SECONDS_TO_WAIT = 0.6
"""For room. The answer must come within a second."""
SECONDS_TO_RETRY = 5
ASKS = ("q", "idea")
"""The parameters of searches: of everything, of the registry, of lists, and of what a project fits."""


class Turnstile:
    """Lets so many in at once, and a few more wait for a moment."""

    def __init__(self, at_once: int) -> None:
        self._at_once, self._inside, self._waiting = at_once, 0, 0
        self._change = Condition()

    @property
    def is_crowded(self) -> bool:
        """Whether there is not even room to wait."""
        return not self._has_room() and self._waiting >= WAITING_AT_MOST

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Be let in for the block. Raise `NoRoomError` if there is no room, even after a moment."""
        if not self._has_room():
            with places.let_others_work():
                self._take_place(SECONDS_TO_WAIT)
        else:
            self._take_place(0)
        try:
            yield
        finally:
            with self._change:
                self._inside -= 1
                self._change.notify()

    def _has_room(self) -> bool:
        return self._inside < self._at_once

    def _take_place(self, seconds: float) -> None:
        with self._change:
            if self.is_crowded:
                raise NoRoomError(SECONDS_TO_RETRY)
            self._waiting += 1
            has_room = self._change.wait_for(self._has_room, seconds)
            self._waiting -= 1
            if not has_room:
                raise NoRoomError(SECONDS_TO_RETRY)
            self._inside += 1


searches = Turnstile(settings.SEARCHES_AT_ONCE)
password_hashes = Turnstile(settings.PASSWORD_HASHES_AT_ONCE)


class LimitSearches:
    """Middleware that lets a search begin only where there is room.

    It stands before all that asks the database: refusing must cost next to nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_search(request) and searches.is_crowded:
            raise NoRoomError(SECONDS_TO_RETRY)
        with ExitStack() as entered:
            request.entered = entered  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> None:
        """Be let in. A page that is kept has been answered before this."""
        if _is_search(request):
            request.entered.enter_context(searches.enter())  # type: ignore[attr-defined]


def _is_search(request: HttpRequest) -> bool:
    return any(request.GET.get(name, "").strip() for name in ASKS)


class LimitedScryptHasher(ScryptPasswordHasher):
    """Django's own hasher, of which only so many work at once. The cost is that of OWASP ASVS 5.0, appendix C."""

    work_factor, parallelism = 2**15, 3
    maxmem = 64 * 2**20
    """Bytes: it takes 32 MiB, and a little more."""

    def encode(self, *arguments: Any, **named: Any) -> str:
        with password_hashes.enter():
            return super().encode(*arguments, **named)
