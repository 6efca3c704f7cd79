"""The context processor for the frame of every public page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation


def get_site_identity() -> dict[str, Any]:
    """Return the names of the site and the region, from settings alone."""
    return {"demo": settings.DEMO, "site_name": settings.REGION_SITE_NAME, "region_name": settings.REGION_NAME}


def get_contact_details() -> dict[str, Any]:
    """Return how to reach the region without the site, from settings alone."""
    return {
        "region_address": settings.REGION_ADDRESS,
        "region_phone": settings.REGION_PHONE,
        "registrar_email": settings.REGISTRAR_EMAIL,
    }


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the region's details, and the address of the same page in the other language."""
    if request.path_info.startswith("/admin/"):
        return get_site_identity()
    language = translation.get_language() or settings.LANGUAGE_CODE
    twin_language = "sv" if language == "en" else "en"
    return {
        **get_site_identity(),
        "region_county": settings.REGION_COUNTY,
        "region_address": settings.REGION_ADDRESS,
        "region_organisation_number": settings.REGION_ORGANISATION_NUMBER,
        "base_url": settings.BASE_URL,
        "canonical_url": settings.BASE_URL + request.path,
        "twin_language": twin_language,
        "twin_url": get_twin_url(request, twin_language),
    }


def get_twin_url(request: HttpRequest, language: str) -> str:
    """Return the address of the same page in the other language; the start page if there is none."""
    match = request.resolver_match
    with translation.override(language):
        if match is None or not match.view_name:
            return reverse("start")
        url = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    query = request.GET.urlencode()
    return f"{url}?{query}" if query and request.method == "GET" else url
