"""What the site says of itself, as the law asks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

STATEMENTS_UPDATED = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
"""When the texts last changed; update it with them."""


def show_accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (lag 2018:1937)."""
    return render(request, "pages/accessibility.html", {"page_updated": STATEMENTS_UPDATED})


def show_privacy(request: HttpRequest) -> HttpResponse:
    """How personal data is processed (GDPR art. 13)."""
    return render(request, "pages/privacy.html", {"page_updated": STATEMENTS_UPDATED})
