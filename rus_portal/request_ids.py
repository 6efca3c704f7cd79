"""An id for every request, in the response and on every log line about it."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
NO_REQUEST = "-"
_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


def get_request_id() -> str:
    """Return the id of the current request; `-` if there is none, as in the worker."""
    return _request_id.get()


def identify_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the request an id of our own. One that the visitor sends is not trusted."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Not reset after the response: Django logs refusals after all middleware.
        _request_id.set(secrets.token_hex(8))
        response = get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL):  # spares bytes where nothing can fail
            response[HEADER] = get_request_id()
        return response

    return middleware


class RequestIdFilter(logging.Filter):
    """Add the request's id to each log record, as `request_id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = get_request_id()
        return True
