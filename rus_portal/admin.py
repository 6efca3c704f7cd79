"""The admin site of the portal."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _

from publishing.choosing import among_others, is_key
from publishing.edit_guard import guard


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
        from rus_portal import registry_pdfs

        return [
            path(
                "registry/case/<int:pk>/sheet.pdf", self.admin_view(registry_pdfs.case_sheet_pdf), name="case_sheet_pdf"
            ),
            path("registry/case/daily.pdf", self.admin_view(registry_pdfs.daily_list_pdf), name="daily_pdf"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Refuse a selection of what can be no row: Django would look for it, and break."""

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest("A row that was selected has no number.")
            return view(request, *args, **kwargs)

        return super().admin_view(checked, cacheable)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register an admin whose forms stop what would undo another's save."""
        super().register(model_or_iterable, guard(admin_class or admin.ModelAdmin), **options)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return Choices.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from registry.admin.row_acts import DESK  # the site is made before the models are
        from registry.admin.typed_text import find_typed
        from rus_portal.dashboards import list_dashboards

        desks = list_dashboards(request.user, find_typed(request, DESK))  # type: ignore[arg-type]
        return super().index(request, {"desks": desks, **(extra_context or {})})
