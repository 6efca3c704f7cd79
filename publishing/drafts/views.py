"""The pages that a preview's link leads to, for those who have no login."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from publishing.drafts.preview import find_draft, render_draft
from publishing.drafts.submission import NotSavedError


@require_safe
@never_cache
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]
def show_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draft as a page in a frame, under a line that says that it is not published."""
    draft, until = find_draft(token)
    return keep_out(render(request, "publishing/preview.html", {"draft": draft, "token": token, "until": until}))


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def show_previewed_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draft's page itself, exactly as the public would see it."""
    draft, _until = find_draft(token)
    try:
        return keep_out(render_draft(draft, request))
    except NotSavedError as error:
        return keep_out(render(request, "publishing/preview_failed.html", {"draft": draft, "reasons": error.reasons}))


def keep_out(response: HttpResponse) -> HttpResponse:
    """Keep a page out of search engines."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
