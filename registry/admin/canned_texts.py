"""The admin of canned texts. A change makes a new version; old ones stay readable."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from language.forms import TEXTS
from registry import chain
from registry.models import CannedText


@admin.register(CannedText)
class CannedTextAdmin(admin.ModelAdmin):
    list_display = ("title", "slug", "version", "is_current", "created_at", "created_by")
    list_filter = ("is_current",)
    search_fields = ("slug", "title_sv", "title_en")
    formfield_overrides = TEXTS
    fields = ("slug", "title_sv", "title_en", "body_sv", "body_en")

    def get_readonly_fields(self, request: HttpRequest, obj: CannedText | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: CannedText | None = None) -> bool:
        """Only the current version can be changed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_current)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: CannedText, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save the text as the next version and retire the current one."""
        versions = CannedText.objects.select_for_update().filter(slug=obj.slug)
        latest = max((text.version for text in versions), default=0)
        versions.update(is_current=False)
        obj.pk = None
        obj.version, obj.is_current, obj.created_by = latest + 1, True, request.user.get_username()
        obj.save(force_insert=True)
        chain.state_changes("canned text written", actor=obj.created_by)
