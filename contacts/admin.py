"""The admin of contact pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contacts.models import StaffMember
from publishing.admin import PublishableAdmin, sv_en


@admin.register(StaffMember)
class StaffMemberAdmin(PublishableAdmin):
    """People and functions with a contact page."""

    list_display = ("name", "title", "email", "user", "is_registrar", "publication_mark", "updated_at")
    list_filter = ("publication", "is_registrar")
    list_select_related = ("user",)
    search_fields = ("name", "title_sv", "title_en", "email", "user__username")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ["name", *sv_en("title", "area"), ("email", "phone"), "position"]}),
        (_("Work"), {"fields": ["user", "is_registrar"], "classes": ["collapse"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )
