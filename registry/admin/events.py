from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mailroom.read_only_admin import ReadOnlyAdmin
from registry.models import Event
from registry.templatetags.registry_words import in_words

ABOUT_ACCOUNTS = (Event.Kind.RIGHTS_GIVEN, Event.Kind.RIGHTS_TAKEN)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("sequence", "at", "kind", "case", "actor", "said")
    list_filter = ("kind", "at")
    list_select_related = ("case__series", "payload")
    search_fields = ("actor",)
    ordering = ("-sequence",)
    fields = readonly_fields = (
        "sequence", "at", "kind", "case", "actor", "said", "hash", "previous_hash", "commitment",
    )  # fmt: skip

    @admin.display(description=_("details"))
    def said(self, event: Event) -> str:
        """What concerns no case can be read nowhere else; the rest stands with its case, for those who may read it."""
        return in_words(event) if event.kind in ABOUT_ACCOUNTS else ""
