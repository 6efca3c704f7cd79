"""Error pages, made from settings and the address's language alone: the request may be what cannot be read.

Parameters, host, cookies and session of a refused request raise the same error again when they are asked for, so no
error page is rendered with the request. A page that fails all the same is logged with its traceback.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from rus_portal.context import site_identity
from rus_portal.request_ids import current_request_id

logger = logging.getLogger(__name__)


def detect_language(path: str) -> str:
    """Return the language of an address: English under /en/, Swedish elsewhere."""
    return "en" if path == "/en" or path.startswith("/en/") else "sv"


def render_error_page(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    """Return the page of an error in the site's design; in plain text if even that fails. Never raises."""
    language = detect_language(request.path_info)
    try:
        content, kind = _render(template or f"{status}.html", language), "text/html; charset=utf-8"
    except Exception:
        logger.exception("The page of error %s could not be rendered.", status)
        content, kind = f"{status} ({current_request_id()})", "text/plain; charset=utf-8"
    return HttpResponse(content, kind, status, headers={"Content-Language": language})


def _render(template: str, language: str) -> str:
    twin_language = "sv" if language == "en" else "en"
    with translation.override(twin_language):
        twin = {"twin_language": twin_language, "twin_url": reverse("start")}
    with translation.override(language):
        return render_to_string(template, {**site_identity(), **twin, "request_id": current_request_id()})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what could not be understood, such as a form with too many fields; 413 for what is too large."""
    return render_error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: a page for others."""
    return render_error_page(request, 403)


def csrf_failure(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """403: a form that was open too long."""
    return render_error_page(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no page at the address."""
    return render_error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the page bears the id under which its traceback is logged."""
    return render_error_page(request, 500)
