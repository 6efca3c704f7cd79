"""Large answers that are sent piece by piece: a reader who takes them slowly keeps a thread busy."""

import weakref
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from visitors import places
from visitors.refusals import FilesBusyError

SECONDS_UNTIL_LESS_BUSY = 5


def limit_downloads(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that sends only some large answers at once, and asks others to wait some seconds."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not response.streaming or int(response.get("Content-Length") or 0) <= places.LARGE:
            return response  # what the network takes up by itself
        if not places.large_downloads.acquire(blocking=False):
            for close in response._resource_closers:  # type: ignore[attr-defined]  # noqa: SLF001 - the file, no more
                close()
            raise FilesBusyError(SECONDS_UNTIL_LESS_BUSY)
        # Once: when it is closed, or at the latest when it is no more.
        release = weakref.finalize(response, places.large_downloads.release)
        response._resource_closers.append(release)  # type: ignore[attr-defined]  # noqa: SLF001
        return response

    return middleware
