"""Error pages, rendered without the request, which may be what cannot be read.

Parameters, host, cookies and session of a refused request raise the same error again, so error pages use only settings
and the language of the address. A page that fails all the same is logged with its traceback.
"""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import unsent_forms
from rus_portal.context import get_contact_details, get_site_identity
from rus_portal.request_ids import get_request_id
from visitors.refusals import RefusedError

logger = logging.getLogger(__name__)


def detect_language(path: str) -> str:
    """Return the language of an address: English under /en/, Swedish elsewhere."""
    return "en" if path == "/en" or path.startswith("/en/") else "sv"


def render_error_page(request: HttpRequest, status: int, template: str = "", **context: Any) -> HttpResponse:
    """Return an error page in the site's design, or in plain text if that fails. Never raise."""
    language = detect_language(request.path_info)
    try:
        content, kind = _render(template or f"{status}.html", language, context), "text/html; charset=utf-8"
    except Exception:
        logger.exception("The page of error %s could not be rendered.", status)
        content, kind = f"{status} ({get_request_id()})", "text/plain; charset=utf-8"
    return HttpResponse(content, kind, status, headers={"Content-Language": language})


def _render(template: str, language: str, context: dict[str, Any]) -> str:
    twin_language = "sv" if language == "en" else "en"
    with translation.override(twin_language):
        twin = {"twin_language": twin_language, "twin_url": reverse("start")}
    with translation.override(language):
        frame = {**get_site_identity(), **get_contact_details(), **twin, "request_id": get_request_id()}
        return render_to_string(template, frame | context)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a malformed request, such as a form with too many fields; 413 if it is too large.

    What is refused for the sake of others says itself which page answers it, and is no line of the log each time.
    """
    if isinstance(exception, RefusedError):
        response = render_error_page(request, exception.status, f"{exception.page}.html")
        if exception.retry_after:
            response["Retry-After"] = str(exception.retry_after)
        response["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark
        return response
    return render_error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the user may not see the page."""
    return render_error_page(request, 403)


def csrf_failure(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """403: a form without a valid CSRF token, such as one left open too long. Staff can send theirs again."""
    if unsent_forms.is_own_form(request) and request.user.is_authenticated:
        return unsent_forms.offer_to_resend(request)
    return render_error_page(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no page has the address."""
    return render_error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: an error of ours. The page shows the request id under which the traceback is logged."""
    return render_error_page(request, 500)
