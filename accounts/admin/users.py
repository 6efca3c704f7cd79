"""The admin of user accounts and roles."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.db.models.functions import Concat
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.account_log import write_entry
from accounts.departures import close_account, describe_belongings, find_page, find_unfinished_cases
from accounts.forms.people import PAGE_FIELDS, CloseAccountForm, InvitationForm
from accounts.invitations import send_invitation
from accounts.models import AccountEvent
from accounts.role_changes import note_role_changes
from accounts.second_factor import reset_second_factor
from accounts.sessions import end_sessions
from accounts.takeovers import note_new_address
from language.forms import TEXTS

admin.site.unregister([User, Group])


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    """User accounts. Administrators give roles to others, never to themselves, and cannot make or change superusers.

    Nobody types a password for somebody else: a link is mailed. An account is closed on a page of its own, which hands
    over what the person answers for.
    """

    list_display = ("username", "name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff")
    fieldsets = (
        (None, {"fields": ("username",)}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email")}),
        (_("Role"), {"fields": ("groups", ("is_active", "is_staff", "is_superuser"))}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (_("Person"), {"fields": (("first_name", "last_name"), ("email", "username"))}),
        (_("Role"), {"fields": ("groups",)}),
        (
            _("Contact page"),
            {"fields": ("staff_member", "makes_page", PAGE_FIELDS[:2], PAGE_FIELDS[2:4], PAGE_FIELDS[4])},
        ),
        (_("Action plans"), {"fields": ("plans",)}),
    )
    add_form = InvitationForm
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    formfield_overrides = TEXTS
    actions = ("send_new_link", "log_out_everywhere", "reset_second_step")

    def get_urls(self) -> list[Any]:
        """Add the pages of an account. The one to type somebody's password is left out."""
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/link/", view(require_POST(self.send_link)), name="auth_user_link"),
            path("<int:pk>/close/", view(self.close_view), name="auth_user_close"),
        ]
        return own + [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """A name stands in the logs and is never changed; an account in use is closed on its own page."""
        fields = (*super().get_readonly_fields(request, obj),)
        if obj is None:
            return fields
        fields += ("username",) + (("is_active",) if obj.is_active else ())
        if not request.user.is_superuser:
            fields += ("is_superuser",)
        return (*fields, "groups", "is_active", "is_staff") if obj == request.user else fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        reaches = obj is None or not obj.is_superuser or request.user.is_superuser
        return reaches and super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        words = {"is_active": _("A closed account is opened again by ticking this. Roles are then given anew.")}
        if obj is not None and obj.is_active:
            words = {"is_active": _("An account that is no longer needed is closed by the button above.")}
        return super().get_form(request, obj, **{"help_texts": words} | kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": _("Invite a person"), **(extra_context or {})})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the roles as checkboxes, since they are few."""
        if db_field.name == "groups":
            kwargs |= {"widget": CheckboxSelectMultiple, "label": _("Roles"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
        former = User.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if former is not None and former.email != obj.email:
            note_new_address(obj, former.email, request.user, request)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        user = form.instance
        before = set(user.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        if not change:
            write_entry(AccountEvent.Kind.CREATED, account=user, actor=request.user, request=request)
            form.make_page(user)
            send_invitation(user, request.user, request)
        after = set(user.groups.values_list("name", flat=True))
        note_role_changes(user, before, after, actor=request.user, request=request)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        words = _("A link has been sent to %(email)s, by which %(name)s chooses a password.")
        self.message_user(request, words % {"email": obj.email, "name": obj.get_full_name()}, messages.SUCCESS)
        page = find_page(obj)
        if page is not None and "_addanother" not in request.POST and page.publication == "draft":
            return redirect("admin:contacts_staffmember_change", page.pk)
        return super().response_add(request, obj, post_url_continue)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        user = kwargs.get("obj")
        context["may_close"] = user is not None and user.is_active and user != request.user
        context["may_send_link"] = user is not None and user.is_active and bool(user.email)
        return super().render_change_form(request, context, *args, **kwargs)

    def send_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mail somebody a link by which they choose a new password."""
        user = self._find_reachable(request, pk)
        self._send_links(request, [user])
        return redirect("admin:auth_user_change", pk)

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close an account and hand over what was theirs."""
        user = self._find_reachable(request, pk)
        if user == request.user or not user.is_active:
            raise PermissionDenied
        form = CloseAccountForm(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            close_account(user, request.user, request, **form.cleaned_data)
            words = _("The account %(account)s is closed, and what was theirs has been handed over.")
            self.message_user(request, words % {"account": user.get_username()}, messages.SUCCESS)
            return redirect("admin:auth_user_changelist")
        page = find_page(user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Close the account of %(name)s") % {"name": user.get_full_name() or user.get_username()},
            "form": form,
            "page": page,
            "things": describe_belongings(page) if page else "",
            "cases": find_unfinished_cases(user).count(),
            "back": reverse("admin:auth_user_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/accounts/close.html", context)

    @admin.action(description=_("Send selected a link to a new password"), permissions=["change"])
    def send_new_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._send_links(request, self._list_reachable(request, queryset))

    @admin.action(description=_("Log out selected everywhere"), permissions=["change"])
    def log_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        users = self._list_reachable(request, queryset)
        for user in users:
            end_sessions(user)
            write_entry(AccountEvent.Kind.SESSIONS_ENDED, account=user, actor=request.user, request=request)
        words = ngettext("%(count)d account is logged out.", "%(count)d accounts are logged out.", len(users))
        self._tell_count(request, words, len(users))

    @admin.action(description=_("Reset the second step of selected"), permissions=["change"])
    def reset_second_step(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For those who have lost phone and keys; never one's own, and a superuser's only by another."""
        users = self._list_reachable(request, queryset.exclude(pk=request.user.pk))
        for user in users:
            reset_second_factor(user, request.user, request)
        words = ngettext(
            "The second step of %(count)d account has been reset.",
            "The second step of %(count)d accounts has been reset.",
            len(users),
        )
        self._tell_count(request, words, len(users))

    @admin.display(description=_("name"), ordering=Concat("first_name", "last_name"))
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def _find_reachable(self, request: HttpRequest, pk: int) -> User:
        user = User.objects.filter(pk=pk).first()
        if user is None or not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def _list_reachable(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        return [user for user in queryset if self.has_change_permission(request, user)]

    def _send_links(self, request: HttpRequest, users: list[User]) -> None:
        reached = [user for user in users if user.is_active and user.email]
        for user in reached:
            send_invitation(user, request.user, request)
        words = ngettext(
            "A link has been sent to %(count)d person.", "A link has been sent to %(count)d persons.", len(reached)
        )
        self._tell_count(request, words, len(reached))

    def _tell_count(self, request: HttpRequest, words: str, count: int) -> None:
        self.message_user(request, words % {"count": count}, messages.SUCCESS if count else messages.WARNING)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The roles, read-only: their permissions are decided in code (`accounts.roles`)."""

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
