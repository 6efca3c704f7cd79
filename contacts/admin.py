"""The admin of contact pages, logins and roles."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.db.models.functions import Concat
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.models import StaffMember
from language.forms import TEXTS
from publishing.admin import PublishableAdmin, sv_en

admin.site.unregister([User, Group])


@admin.register(StaffMember)
class StaffMemberAdmin(PublishableAdmin):
    """People and functions with a contact page."""

    list_display = ("name", "title", "email", "user", "is_registrar", "publication_mark", "updated_at")
    list_filter = ("publication", "is_registrar")
    list_select_related = ("user",)
    search_fields = ("name", "title_sv", "title_en", "email", "user__username")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ["name", "slug", *sv_en("title", "area"), ("email", "phone"), "position"]}),
        (_("Work"), {"fields": ["user", "is_registrar"]}),
        PublishableAdmin.PUBLISHING,
    )


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    """Logins. Administrators give roles to others, never to themselves, and cannot make or change superusers."""

    list_display = ("username", "name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email")}),
        (_("Role"), {"fields": ("groups", ("is_active", "is_staff", "is_superuser"))}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    formfield_overrides = TEXTS

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fields = (*super().get_readonly_fields(request, obj),)
        if not request.user.is_superuser:
            fields = (*fields, "is_superuser")
        return (*fields, "groups", "is_active", "is_staff") if obj == request.user else fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        reaches = obj is None or not obj.is_superuser or request.user.is_superuser
        return reaches and super().has_change_permission(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the roles as checkboxes, since they are few."""
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering=Concat("first_name", "last_name"))
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The roles, read-only: their permissions are decided in code (`rus_portal.roles`)."""

    list_display = ("name", "user_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(user_count=Count("user"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    @admin.display(description=_("users"), ordering="user_count")
    def user_count(self, group: Group) -> int:
        return group.user_count
