from django.contrib import admin

from accounts.models import AccountEvent
from mailroom.read_only_admin import ReadOnlyAdmin


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The account log, which nobody changes."""

    list_display = ("at", "kind", "account", "actor", "address", "device", "details")
    list_filter = ("kind", "at")
    search_fields = ("account", "actor", "details")
    fields = readonly_fields = list_display
