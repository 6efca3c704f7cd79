"""Rows that nobody adds, changes or deletes as such: what may be done with them are acts, each with its event."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list to read, and pages of our own."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One row, to those who may see it. What its page shows, `show` decides."""
        del form_url, extra_context
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = self.get_object(request, object_id)
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.show(request, thing)

    def show(self, request: HttpRequest, thing: Any) -> HttpResponse:
        """The row's page, and what is posted to it: Django's own, unless there is one of ours."""
        return super().change_view(request, str(thing.pk))

    def page(self, request: HttpRequest, template: str, thing: Any, **context: Any) -> TemplateResponse:
        """A page about one row, in the admin's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(thing)}
        return TemplateResponse(request, template, frame | context)
