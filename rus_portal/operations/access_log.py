"""The access log: a line for each answer, that does not say who asked, nor what they typed.

It names the route instead of the address, since an address may hold a token, a name or a searched word. Nothing in it
tells who has read a public document (TF 2:18).
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
NO_ROUTE = "-"
logger = logging.getLogger(__name__)


def log_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Log method, route, status and time of each answer, at the level INFO."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        if logger.isEnabledFor(logging.INFO):
            facts = {
                "method": name_method(request),
                "route": describe_route(request),
                "status_code": response.status_code,
                "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            }
            logger.info("%(method)s %(route)s %(status_code)s in %(milliseconds)s ms", facts, extra=facts)
        return response

    return middleware


def name_method(request: HttpRequest) -> str:
    """Return the method of a request; one that nobody has heard of may hold anything, and is `OTHER`."""
    return request.method if request.method in METHODS else "OTHER"


def describe_route(request: HttpRequest) -> str:
    """Return the route of a request, as in `/kontakt/tack/<uuid:token>/`; `-` if no page has its address."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    return f"{settings.STATIC_URL}*" if request.path_info.startswith(settings.STATIC_URL) else NO_ROUTE
