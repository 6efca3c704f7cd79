"""The admin of contact pages."""

from django.contrib import admin
from django.http import HttpRequest
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

    def get_readonly_fields(self, request: HttpRequest, obj: StaffMember | None = None) -> tuple[str, ...]:
        """Leave it to administrators whose page it is, and who receives what is addressed to nobody."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if request.user.has_perm("auth.change_user") else (*fields, "user", "is_registrar")
