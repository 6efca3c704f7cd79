"""security.txt: how to tell of a fault in the site's security (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rus_portal.unavailable import without_database

HOLDS_FOR = timedelta(days=90)
"""The RFC recommends less than a year. A portal that answers keeps the date ahead; one that does not lets it pass."""


@without_database
def security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return contacts, how long they hold, the languages, and where the file and the policy stand."""
    expires = (timezone.now() + HOLDS_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS),
        f"Expires: {expires}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    if settings.SECURITY_POLICY_URL:
        lines.append(f"Policy: {settings.SECURITY_POLICY_URL}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
