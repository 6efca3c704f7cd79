"""The portal's admin site."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts import unsent_forms
from publishing.admin import TranslatedAdmin
from publishing.autocomplete import describe_choice, is_key
from publishing.edit_guard import EditGuard
from publishing.list_lookups import can_be_compared
from publishing.pasted_text.views import clean_pasted
from publishing.writing_advice.admin import WritingAdviceAdmin
from rus_portal import __version__


class Choices(AutocompleteJsonView):
    """Autocomplete results with labels that distinguish objects of the same title."""

    admin_site: admin.AdminSite

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return super().serialize_result(obj, to_field_name) | {"text": describe_choice(self.admin_site, obj)}


class PortalAdminSite(admin.AdminSite):
    """Django's admin under the portal's name, with a dashboard for each role on its first page."""

    site_title = settings.REGION_SITE_NAME
    site_header = settings.REGION_SITE_NAME
    index_title = _("Your dashboard")
    index_template = "admin/dashboard.html"
    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        """Add the pages of no kind: what the editor's script asks, the operator's, the search, the registry's PDFs."""
        from rus_portal import registry_pdfs
        from rus_portal.content_search import show_content_search
        from rus_portal.operations.page import show_operations

        return [
            path("pasted/", self.admin_view(clean_pasted), name="clean_pasted"),
            path("operations/", self.admin_view(show_operations), name="operations"),
            path("find/", self.admin_view(show_content_search), name="content_search"),
            path(
                "registry/case/<int:pk>/sheet.pdf", self.admin_view(registry_pdfs.case_sheet_pdf), name="case_sheet_pdf"
            ),
            path("registry/case/daily.pdf", self.admin_view(registry_pdfs.daily_list_pdf), name="daily_pdf"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Refuse keys and fields that cannot be, on which Django would crash. Keep what comes too late."""

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest("A row that was selected has no number.")
            if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
                raise BadRequest("The field by which a row is chosen has no name.")
            if not can_be_compared(request.GET):
                raise BadRequest("Rows are not compared in that way.")
            return view(request, *args, **kwargs)

        guarded = super().admin_view(checked, cacheable)

        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated and unsent_forms.is_own_form(request):
                return unsent_forms.offer_to_resend(request)
            return guarded(request, *args, **kwargs)

        return kept

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register an admin that stops a save which would undo another, and keeps drafts and histories of texts."""
        super().register(model_or_iterable, _guard(admin_class or admin.ModelAdmin), **options)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return Choices.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"version": __version__}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from registry.admin.row_acts import DASHBOARD  # the site is made before the models are
        from registry.admin.typed_text import find_typed
        from rus_portal.dashboards import list_dashboards

        dashboards = list_dashboards(request.user, find_typed(request, DASHBOARD))  # type: ignore[arg-type]
        return super().index(request, {"dashboards": dashboards, **(extra_context or {})})


def _guard(admin_class: type[admin.ModelAdmin]) -> type[admin.ModelAdmin]:
    """Return an admin with guarded forms, and with drafts and histories if it is one of texts."""
    guard = WritingAdviceAdmin if issubclass(admin_class, TranslatedAdmin) else EditGuard
    names = {"__module__": admin_class.__module__, "__doc__": admin_class.__doc__}
    return type(admin_class.__name__, (guard, admin_class), names)
