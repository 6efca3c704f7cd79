"""An exact in-memory cache of public pages.

Visitors get no cookies, so a page is the same for everyone. The key holds the content's generation, which every commit
that touches public content changes, and the day, on which "late" depends: a cached page is never out of date. Views can
opt out by a Cache-Control header, as the contact forms do.
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
from django.urls import ResolverMatch
from django.utils import timezone

from publishing import generation

PAGES_AT_MOST = 500
LARGEST_KEPT = 64 * 1024
NEVER_KEPT = ("/admin/", "/healthz", "/readyz", "/metrics")
"""The starts of addresses for which the database is not even asked for the generation."""
KEPT_TYPES = ("text/html", "application/xml", "application/atom+xml")


class Epoch(NamedTuple):
    """A period in which no page changes: the content's generation, the day, the last scheduled publication."""

    generation: int
    day: date
    turned: datetime | None


class PageCache:
    """Middleware that answers with the cached page while it is valid."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PAGE_CACHE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.lock = Lock()
        self.pages: OrderedDict[tuple[Epoch, str], tuple[HttpResponse, ResolverMatch | None]] = OrderedDict()
        self.turning_points: tuple[int, list[datetime]] = (-1, [])
        """A generation, and its moments of scheduled publication."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path_info.startswith(NEVER_KEPT):
            return self.get_response(request)
        # The epoch is read first: a page that changes while it is rendered is cached under the old epoch.
        key = (self._epoch(), f"{request.get_host()}{request.get_full_path()}")
        if kept := self.pages.get(key):
            response, request.resolver_match = kept  # the match is for the access log
            return _copy(response)
        response = self.get_response(request)
        if _may_be_kept(response):
            self._keep(key, response, request.resolver_match)
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

    def _keep(self, key: tuple[Epoch, str], response: HttpResponse, match: ResolverMatch | None) -> None:
        with self.lock:
            self.pages[key] = (_copy(response), match)
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
    """Return a copy, which outer middleware may change without changing the cached response."""
    return HttpResponse(response.content, headers=dict(response.headers))
