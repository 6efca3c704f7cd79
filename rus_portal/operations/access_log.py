"""The access log: a line for each answer, that does not say who asked, nor what they typed.

It names the route instead of the address, since an address may hold a token, a name or a searched word. Nothing in it
tells who has read a public document (TF 2:18). What the admin refuses is logged with the number of the account.
"""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}
NO_ROUTE = "-"
REFUSALS = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
logger = logging.getLogger(__name__)


def log_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Log method, route, status and time of each answer, at the level INFO."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        if logger.isEnabledFor(logging.INFO):
            facts: dict[str, Any] = {
                "method": name_method(request),
                "route": describe_route(request),
                "status_code": response.status_code,
                "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            }
            message = "%(method)s %(route)s %(status_code)s in %(milliseconds)s ms"
            if account := find_refused_account(request, response):
                facts["account"] = account
                message += ", refused to account %(account)s"
            logger.info(message, facts, extra=facts)
        return response

    return middleware


def find_refused_account(request: HttpRequest, response: HttpResponse) -> int | None:
    """Return the key of the account to which the admin refused what it asked for, if it refused anything.

    What is not for somebody is often told as not found: by 404, or on the first page, where Django leads from an
    object that is none of a list's.
    """
    if not request.path_info.startswith("/admin/"):
        return None
    is_led_away = response.get("Location") == reverse("admin:index") and "<path:object_id>" in describe_route(request)
    if response.status_code not in REFUSALS and not is_led_away:
        return None
    user = getattr(request, "user", None)  # set by a middleware that other refusals come before
    return user.pk if user and user.is_authenticated else None


def name_method(request: HttpRequest) -> str:
    """Return the method of a request; one that nobody has heard of may hold anything, and is `OTHER`."""
    return request.method if request.method in METHODS else "OTHER"


def describe_route(request: HttpRequest) -> str:
    """Return the route of a request, as in `/kontakt/tack/<uuid:token>/`; `-` if no page has its address."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    return f"{settings.STATIC_URL}*" if request.path_info.startswith(settings.STATIC_URL) else NO_ROUTE
