"""The base of admins whose rows are changed by acts and jobs only."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class ReadOnlyAdmin(admin.ModelAdmin):
    """A read-only list, perhaps with pages of our own for its rows."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Check the permission, then leave the page to `show`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = self.get_object(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        return self.show(request, thing)

    def show(self, request: HttpRequest, thing: Any) -> HttpResponse:
        """Show the page of a row, and handle what is posted to it. By default Django's own page."""
        return super().change_view(request, str(thing.pk))

    def page(self, request: HttpRequest, template: str, thing: Any, **context: Any) -> TemplateResponse:
        """Render a page about a row with the admin's context."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(thing)}
        return TemplateResponse(request, template, frame | context)
