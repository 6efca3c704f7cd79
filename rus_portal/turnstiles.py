"""At most so many searches and password hashes at once in a process; whoever finds no room is asked to come back.

Each keeps a processor core busy. Were all threads at them, no other page would be answered.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Semaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.http import HttpRequest, HttpResponse

from rus_portal.error_pages import render_error_page

SECONDS_TO_WAIT = 0.6
"""For room. The answer must come within a second."""
SECONDS_TO_RETRY = 5
ASKS = ("q", "idea")
"""The parameters of searches: of everything, of the registry, of lists, and of what a project fits."""


class TooBusyError(Exception):
    """There was no room."""


class Turnstile:
    """Lets so many in at once, and one more wait for a moment."""

    def __init__(self, at_once: int) -> None:
        self._room, self._places_to_wait = Semaphore(at_once), Semaphore(1)

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Hold a place. Raise `TooBusyError` if there is none."""
        if not self._take_place():
            raise TooBusyError
        try:
            yield
        finally:
            self._room.release()

    def _take_place(self) -> bool:
        if self._room.acquire(blocking=False):
            return True
        if not self._places_to_wait.acquire(blocking=False):
            return False
        try:
            return self._room.acquire(timeout=SECONDS_TO_WAIT)
        finally:
            self._places_to_wait.release()


searches = Turnstile(settings.SEARCHES_AT_ONCE)
password_hashes = Turnstile(settings.PASSWORD_HASHES_AT_ONCE)


class LimitSearches:
    """Middleware that lets a search begin only where there is room, and answers 503 where there is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as held:
            request.held_places = held  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        """Take a place. A page that is kept, which needs none, has been answered before this."""
        if any(request.GET.get(name, "").strip() for name in ASKS):
            try:
                request.held_places.enter_context(searches.enter())  # type: ignore[attr-defined]
            except TooBusyError:
                return answer_too_busy(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_too_busy(request) if isinstance(exception, TooBusyError) else None


def answer_too_busy(request: HttpRequest) -> HttpResponse:
    response = render_error_page(request, 503, "busy.html")
    response["Retry-After"] = str(SECONDS_TO_RETRY)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark: nothing is wrong
    return response


class LimitedScryptHasher(ScryptPasswordHasher):
    """Django's own hasher, of which only so many work at once."""

    def encode(self, *arguments: Any, **named: Any) -> str:
        with password_hashes.enter():
            return super().encode(*arguments, **named)
