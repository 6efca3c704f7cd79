"""A form of the admin that came too late: nothing that was written is lost.

Whoever was logged out meanwhile, or has logged in again in another tab, gets a page that holds everything they sent,
and can send it again. Only what our own pages sent is shown so: another site could otherwise have something sent in
somebody's name.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
SECRET = "password"  # noqa: S105 - part of the names of fields that are never sent back


def is_own_form(request: HttpRequest) -> bool:
    """Whether a form of the admin's own pages was posted: the browser says where it stood."""
    if request.method != "POST" or not request.path_info.startswith("/admin/"):
        return False
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def offer_to_resend(request: HttpRequest) -> HttpResponse:
    """Return the page that holds what was sent. Files must be chosen again, passwords written again."""
    context = admin.site.each_context(request) | {
        "title": _("Nothing has been saved yet"),
        "fields": list(_read_fields(request)),
        "has_files": bool(request.FILES),
        "is_logged_in": request.user.is_authenticated,
    }
    return TemplateResponse(request, "admin/accounts/unsent_form.html", context, status=403).render()


def _read_fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != TOKEN and SECRET not in name:
            yield from ((name, value) for value in values if isinstance(value, str))
