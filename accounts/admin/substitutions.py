"""The admin of substitutes. Everyone names their own; whoever keeps the contact pages names anybody's."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.account_log import write_entry
from accounts.models import AccountEvent
from accounts.notices import name_person, notify_user
from contacts.models import Substitution
from publishing.admin import PlainFields

MAY_NAME_FOR_OTHERS = "contacts.change_staffmember"
NAMED = gettext_noop("You stand in for %(name)s")
NAMED_BODY = gettext_noop(
    "From %(first)s until %(last)s what is theirs is also yours when you log in:\n%(link)s\n\n"
    "You can do with it what your own role allows."
)


class PersonChoice(forms.ModelChoiceField):
    """A user account, by the name of its person."""

    def label_from_instance(self, obj: Any) -> str:
        return name_person(obj)


@admin.register(Substitution)
class SubstitutionAdmin(PlainFields, admin.ModelAdmin):
    """Who stands in for whom, the latest first."""

    list_display = ("person_name", "substitute_name", "first_day", "last_day")
    list_display_links = ("person_name",)
    list_filter = ("first_day",)
    list_select_related = ("person", "substitute")
    search_fields = ("person__first_name", "person__last_name", "substitute__first_name", "substitute__last_name")
    fields = ("person", "substitute", ("first_day", "last_day"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Substitution]:
        found = super().get_queryset(request)
        if request.user.has_perm(MAY_NAME_FOR_OTHERS):
            return found
        return found.filter(Q(person=request.user.pk) | Q(substitute=request.user.pk))

    def has_change_permission(self, request: HttpRequest, obj: Substitution | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Substitution | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_own(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"person": request.user.pk} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Offer those who work here. Whoever names for nobody else is the only one who can be away."""
        people = User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name", "pk")
        if db_field.name == "person" and not request.user.has_perm(MAY_NAME_FOR_OTHERS):
            people, kwargs["empty_label"] = people.filter(pk=request.user.pk), None
        kwargs |= {"queryset": people, "form_class": PersonChoice}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Substitution, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        self._note(request, obj, AccountEvent.Kind.SUBSTITUTE_NAMED)
        days = {"first": date_format(obj.first_day), "last": date_format(obj.last_day)}
        link = f"{settings.BASE_URL}{settings.SESSION_COOKIE_PATH}"
        notify_user(obj.substitute, NAMED, NAMED_BODY, {"name": name_person(obj.person), "link": link, **days})

    def delete_model(self, request: HttpRequest, obj: Substitution) -> None:
        self._note(request, obj, AccountEvent.Kind.SUBSTITUTE_REMOVED)
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer none: whoever sees a substitution may not always remove it, which its own page knows."""
        return {}

    def _note(self, request: HttpRequest, obj: Substitution, kind: AccountEvent.Kind) -> None:
        details = f"{obj.person.get_username()} {obj.first_day}–{obj.last_day}"
        write_entry(kind, account=obj.substitute, actor=request.user, request=request, details=details)

    @admin.display(description=_("who is away"), ordering="person__first_name")
    def person_name(self, substitution: Substitution) -> str:
        return name_person(substitution.person)

    @admin.display(description=_("substitute"), ordering="substitute__first_name")
    def substitute_name(self, substitution: Substitution) -> str:
        return name_person(substitution.substitute)


def _is_own(request: HttpRequest, substitution: Substitution | None) -> bool:
    may_name = request.user.has_perm(MAY_NAME_FOR_OTHERS)
    return substitution is None or may_name or substitution.person_id == request.user.pk
