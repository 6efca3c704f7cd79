"""The admin of organisations."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from actionplans.models import Involvement, Organisation
from publishing.admin import TranslatedAdmin, sv_en


@admin.register(Organisation)
class OrganisationAdmin(TranslatedAdmin):
    """Who is responsible, takes part or pays, and for how much."""

    list_display = ("name", "kind", "responsible_count", "involved_count", "website")
    list_filter = ("kind",)
    search_fields = ("name_sv", "name_en")
    prepopulated_fields = {"slug": ("name_sv",)}
    fieldsets = ((None, {"fields": [*sv_en("name"), "slug", ("kind", "website"), "email"]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        responsible = Q(involvements__role=Involvement.Role.RESPONSIBLE)
        counts = {
            "responsible_count": Count("involvements", filter=responsible),
            "involved_count": Count("involvements__activity", distinct=True),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("responsible for"), ordering="responsible_count")
    def responsible_count(self, organisation: Organisation) -> int:
        return organisation.responsible_count

    @admin.display(description=_("activities"), ordering="involved_count")
    def involved_count(self, organisation: Organisation) -> int:
        return organisation.involved_count
