"""The admin site of the portal."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _

from publishing.choosing import among_others


class Choices(AutocompleteJsonView):
    """What one chooses among, called so that things of one title can be told apart."""

    admin_site: admin.AdminSite

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": among_others(self.admin_site, obj)}


class PortalAdminSite(admin.AdminSite):
    """Django's admin under the portal's name, with a desk for each role on its first page."""

    site_title = settings.REGION_SITE_NAME
    site_header = settings.REGION_SITE_NAME
    index_title = _("Your desk")
    index_template = "admin/desk.html"
    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        """With the registry's papers as PDF, whose maker stands above the registry."""
        from rus_portal import registry_papers

        return [
            path("registry/case/<int:pk>/sheet.pdf", self.admin_view(registry_papers.sheet), name="case_sheet_pdf"),
            path("registry/case/daily.pdf", self.admin_view(registry_papers.daily_list), name="daily_pdf"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return Choices.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from rus_portal.desks import desks_of  # the site is made before the models are

        return super().index(request, {"desks": desks_of(request.user), **(extra_context or {})})  # type: ignore[arg-type]
