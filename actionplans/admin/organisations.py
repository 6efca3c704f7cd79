"""The admin of organisations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, ManyToManyField, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from actionplans.models import Involvement, Organisation
from actionplans.ownership import MAY_REPORT
from publishing.admin import TranslatedAdmin, sv_en
from publishing.authors import describe_author

BACKEND = "django.contrib.auth.backends.ModelBackend"


class PeopleField(forms.ModelMultipleChoiceField):
    """User accounts, by the names of their people."""

    def label_from_instance(self, obj: Any) -> str:
        return describe_author(obj)


@admin.register(Organisation)
class OrganisationAdmin(TranslatedAdmin):
    """Who is responsible, takes part or pays, and for how much."""

    list_display = ("name", "kind", "responsible_count", "involved_count", "website")
    list_filter = ("kind",)
    search_fields = ("name_sv", "name_en")
    prepopulated_fields = {"slug": ("name_sv",)}
    fieldsets = ((None, {"fields": [*sv_en("name"), "slug", ("kind", "website"), "email", "reporters"]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        responsible = Q(involvements__role=Involvement.Role.RESPONSIBLE)
        counts = {
            "responsible_count": Count("involvements", filter=responsible),
            "involved_count": Count("involvements__activity", distinct=True),
        }
        return super().get_queryset(request).annotate(**counts)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Offer the accounts that may report, by name."""
        if db_field.name == "reporters":
            kwargs |= {"queryset": find_reporters(), "form_class": PeopleField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("responsible for"), ordering="responsible_count")
    def responsible_count(self, organisation: Organisation) -> int:
        return organisation.responsible_count

    @admin.display(description=_("activities"), ordering="involved_count")
    def involved_count(self, organisation: Organisation) -> int:
        return organisation.involved_count


def find_reporters() -> QuerySet[User]:
    """Return the accounts whose role lets them report on activities."""
    return User.objects.with_perm(MAY_REPORT, backend=BACKEND, include_superusers=False).order_by("first_name", "pk")
