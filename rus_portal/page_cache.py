"""An exact in-memory cache of public pages.

Visitors get no cookies, so a page is the same for everyone. The key holds the content's generation, which every commit
that touches public content changes, and the day, on which "late" depends: a cached page is never out of date. Views can
opt out by a Cache-Control header, as the contact forms do.

Anyone can make up addresses with a query, so those evict only each other. The host is no part of the key: every address
on a page is from BASE_URL, and a visitor may name any port.
"""

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from publishing import generation
from rus_portal.database_watch import watch

PAGES_AT_MOST = 400
QUERIED_AT_MOST = 100
"""Pages whose address has a query, such as lists with a filter."""
LARGEST_KEPT = 64 * 1024
NEVER_KEPT = ("/admin/", "/healthz", "/readyz", "/metrics")
"""The starts of addresses for which the database is not even asked for the generation."""
KEPT_TYPES = ("text/html", "application/xml", "application/atom+xml")
SAVED_UNDER = "/admin/"
"""The start of addresses that save what is on pages."""
ERROR = 400
"""The first status that acknowledges nothing."""


class Epoch(NamedTuple):
    """A period in which no page changes: the content's generation, the day, the last scheduled publication."""

    generation: int
    day: date
    turned: datetime | None


class KeptPages:
    """Pages by epoch and address, of which the oldest give way to new ones."""

    def __init__(self, at_most: int) -> None:
        self.at_most = at_most
        self._lock = Lock()
        self._pages: OrderedDict[tuple[Epoch, str], tuple[HttpResponse, ResolverMatch | None]] = OrderedDict()

    def get(self, epoch: Epoch, request: HttpRequest) -> HttpResponse | None:
        """Return the page of the request's address. The request is told which view made it, for the access log."""
        kept = self._pages.get((epoch, request.get_full_path()))
        if kept is None:
            return None
        response, request.resolver_match = kept
        return _copy(response)

    def keep(self, epoch: Epoch, request: HttpRequest, response: HttpResponse) -> None:
        with self._lock:
            self._pages[epoch, request.get_full_path()] = (_copy(response), request.resolver_match)
            while len(self._pages) > self.at_most:
                self._pages.popitem(last=False)


class PageCache:
    """Middleware that answers with the cached page while it is valid."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PAGE_CACHE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.plain, self.queried = KeptPages(PAGES_AT_MOST), KeptPages(QUERIED_AT_MOST)
        self.turning_points: tuple[int, list[datetime]] = (-1, [])
        """A generation, and its moments of scheduled publication."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or request.path_info.startswith(NEVER_KEPT):
            response = self.get_response(request)
            if request.method == "POST" and request.path_info.startswith(SAVED_UNDER) and response.status_code < ERROR:
                _note_saved()
            return response
        # The epoch is read first: a page that changes while it is rendered is cached under the old epoch.
        fresh = self._read_epoch()
        epoch = fresh or self._find_trusted_epoch()
        pages = self.queried if request.META.get("QUERY_STRING") else self.plain
        if epoch and (kept := pages.get(epoch, request)):
            return kept
        response = self.get_response(request)
        if fresh and _may_be_kept(response):
            pages.keep(fresh, request, response)
        return response

    def _read_epoch(self) -> Epoch | None:
        """Return the present epoch; None if the database does not answer."""
        if watch.is_away:
            return None
        try:
            value = _read_generation()
            if self.turning_points[0] != value:
                self.turning_points = (value, generation.find_turning_points(timezone.now()))
        except (DatabaseError, InterfaceError):
            return None
        return self._make_epoch(value)

    def _find_trusted_epoch(self) -> Epoch | None:
        """Return the epoch that holds while the database is away, if it is known for sure.

        Meanwhile nothing can be published or withdrawn but by the clock, which goes on.
        """
        value = watch.find_trusted_generation()
        return None if value is None else self._make_epoch(value)

    def _make_epoch(self, value: int) -> Epoch | None:
        now = timezone.now()
        known, moments = self.turning_points
        if known != value:  # another thread has seen another generation
            return None
        passed = bisect_right(moments, now)
        return Epoch(value, timezone.localdate(now), moments[passed - 1] if passed else None)


def _read_generation() -> int:
    asked_at = time.monotonic()
    value = generation.get_generation()
    watch.note_generation(value, asked_at)
    return value


def _note_saved() -> None:
    """Read the generation that a save has led to before the save is acknowledged.

    If the database goes in the next moment, no process of this server serves pages from before it.
    """
    try:
        _read_generation()
    except (DatabaseError, InterfaceError):
        watch.note_unknown_generation()


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
