from django.contrib import admin

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("sequence", "at", "kind", "case", "actor")
    list_filter = ("kind", "at")
    list_select_related = ("case__series",)
    search_fields = ("actor",)
    ordering = ("-sequence",)
    fields = readonly_fields = ("sequence", "at", "kind", "case", "actor", "hash", "previous_hash", "commitment")
