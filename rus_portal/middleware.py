"""Middleware: language, unknown hosts and unreadable parameters, compression, methods."""

import logging
from collections.abc import Callable
from typing import Any

import brotli
from django.core.exceptions import BadRequest, DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_vary_headers

from rus_portal.error_pages import detect_language, render_error_page
from rus_portal.wsgi_environ import OTHER_CHARSET

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
LONGEST_HOST_TOLD = 100
SMALLEST_WORTH_COMPRESSING = 500
COMPRESSIBLE = ("text/", "application/xml", "application/atom+xml", "application/json", "image/svg+xml")


def language_from_path(get_response: Handler) -> Handler:
    """Use English under /en/ and Swedish elsewhere, never a cookie or header, so that an address has one content."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = detect_language(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def read_parameters(get_response: Handler) -> Handler:
    """Refuse unknown hosts and unreadable parameters on every page, whether it uses them or not.

    Parameters must be UTF-8, as our pages are: in another charset the same bytes would be another text.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            named = request.META.get("HTTP_HOST", "")[:LONGEST_HOST_TOLD]
            logger.warning("A request named the host %r, which is none of ALLOWED_HOSTS.", named)
            raise BadRequest("The host is none of ALLOWED_HOSTS.") from None
        if request.META.get(OTHER_CHARSET):
            raise BadRequest("The request is not in UTF-8.")
        _ = request.GET  # raises TooManyFieldsSent
        return get_response(request)

    return middleware


def compress_responses(get_response: Handler) -> Handler:
    """Compress public pages by Brotli. The admin's pages hold secrets beside input, and are not compressed (BREACH)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            response.streaming
            or response.has_header("Content-Encoding")
            or len(response.content) < SMALLEST_WORTH_COMPRESSING
            or request.path_info.startswith("/admin/")
            or not response.get("Content-Type", "").startswith(COMPRESSIBLE)
        ):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if "br" in request.headers.get("Accept-Encoding", ""):
            response.content = brotli.compress(response.content, quality=5)
            response["Content-Encoding"] = "br"
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware


class PublicMethods:
    """Allow GET and HEAD on public pages, and POST on their forms, which are the views exempt from CSRF.

    No page answers TRACE, those of the admin neither. It runs before the CSRF check, so that other methods get 405
    (RFC 9110, 15.5.6) instead of 403 or the page.
    """

    READ = ("GET", "HEAD")
    WRITE = (*READ, "POST")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponse | None:
        is_admin = request.path_info.startswith("/admin/")
        allowed = self.WRITE if is_admin or getattr(view, "csrf_exempt", False) else self.READ
        if request.method in allowed or (is_admin and request.method != "TRACE"):
            return None
        return HttpResponseNotAllowed(allowed, render_error_page(request, 405).content)
