"""Rows that nobody adds, changes or deletes as such: what may be done with them are acts, each with its event."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
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

    def page(self, request: HttpRequest, template: str, thing: Any, **context: Any) -> TemplateResponse:
        """A page about one row, in the admin's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(thing)}
        return TemplateResponse(request, template, frame | context)
