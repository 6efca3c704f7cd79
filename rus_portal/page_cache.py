"""Public pages kept in memory for as long as they are true.

Visitors get no cookie, so a page is the same for all. It is kept under the content's generation, which every
commit that touches public content changes, and under the day, on which "late" depends: so it is exact, never
"after ten minutes". What a view marks as not to be kept (the contact forms) is not.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishing import generation

PAGES_AT_MOST = 500
LARGEST_KEPT = 64 * 1024
KEPT_TYPES = ("text/html", "application/xml", "application/atom+xml")


class Epoch(NamedTuple):
    """A time in which no page changes: the content's generation, the day, the last publishing by the clock."""

    generation: int
    day: date
    turned: datetime | None


class PageCache:
    """Middleware that answers with the page as it was rendered before, while that still holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PAGE_CACHE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.lock = Lock()
        self.pages: OrderedDict[tuple[Epoch, str], HttpResponse] = OrderedDict()
        self.turning_points: tuple[int, list[datetime]] = (-1, [])
        """A generation, and the moments of it at which pages change by the clock."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path_info.startswith("/admin/"):
            return self.get_response(request)
        # The epoch is read before the page: a page that changes while it is rendered is kept under the old one.
        key = (self._epoch(), f"{request.get_host()}{request.get_full_path()}")
        if kept := self.pages.get(key):
            return _copy(kept)
        response = self.get_response(request)
        if _may_be_kept(response):
            self._keep(key, response)
        return response

    def _epoch(self) -> Epoch:
        now = timezone.now()
        value = generation.get_generation()
        known, moments = self.turning_points
        if known != value:
            moments = generation.find_turning_points(now)
            self.turning_points = (value, moments)
        passed = bisect_right(moments, now)
        return Epoch(value, timezone.localdate(now), moments[passed - 1] if passed else None)

    def _keep(self, key: tuple[Epoch, str], response: HttpResponse) -> None:
        with self.lock:
            self.pages[key] = _copy(response)
            while len(self.pages) > PAGES_AT_MOST:
                self.pages.popitem(last=False)


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200  # noqa: PLR2004
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response.headers
        and response.headers.get("Content-Type", "").startswith(KEPT_TYPES)
        and len(response.content) <= LARGEST_KEPT
    )


def _copy(response: HttpResponse) -> HttpResponse:
    """A response that the outer middleware may change without changing the kept one."""
    return HttpResponse(response.content, headers=dict(response.headers))
