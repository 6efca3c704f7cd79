"""The admin of programmes, calls, guidance and the words of themes.

Administrators edit all of it. Coordinators edit the calls of programmes they are the contact for, the guidance of the
plans they coordinate, and the words of these plans' themes (`funding.ownership`); `get_queryset` leaves out all else
in lists, forms, actions and history.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from actionplans.forms.formsets import RowFormSet
from actionplans.models import Organisation
from actionplans.ownership import find_own_plans
from contacts.models import StaffMember
from funding.models import APPLICANTS, Call, CallState, FundingProgramme, Guidance, ThemeWords
from funding.ownership import (
    find_own_calls,
    find_own_guidance,
    find_own_programmes,
    find_own_themes,
    find_own_words,
    may_change_all,
)
from publishing.admin import OwnedAdmin, PublishableAdmin, Translated, TranslatedAdmin, sv_en
from publishing.forms.publishable import PublishableForm
from publishing.marks import render_publication_mark

STATE_MARKS = {CallState.OPEN: "ongoing", CallState.UPCOMING: "planned", CallState.CLOSED: "closed"}
"""The mark of each state, as named in the style sheet."""


def state_mark(call: Call) -> SafeString:
    """Return a call's state as a mark with words."""
    state = call.state()
    return format_html('<span class="status" data-status="{}">{}</span>', STATE_MARKS[state], state.label)


class ProgrammeForm(PublishableForm):
    """The form of a programme, with checkboxes for who may apply."""

    applicants = forms.TypedMultipleChoiceField(
        label=_("Who can apply"),
        choices=[(kind.value, words) for kind, words in APPLICANTS.items()],
        widget=forms.CheckboxSelectMultiple,
        coerce=Organisation.Kind,
    )


class GuidanceFormSet(RowFormSet):
    must_differ = ("goal", "plan")


class GuidanceInline(Translated, TranslationStackedInline):
    """The guidance for goals and plans."""

    model = Guidance
    formset = GuidanceFormSet
    extra = 0
    classes = ("collapse",)
    fieldsets = ((None, {"fields": [("goal", "plan"), *sv_en("how")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guidance]:
        return super().get_queryset(request).select_related("programme", "goal", "plan")


class CallInline(Translated, TranslationStackedInline):
    """The programme's calls. A new one is a draft: it is published on its own page, or in the list of calls."""

    model = Call
    extra = 0
    classes = ("collapse",)
    fieldsets = ((None, {"fields": [*sv_en("title"), ("opens_on", "closes_on"), *sv_en("summary"), "link", "mark"]}),)
    readonly_fields = ("mark",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).select_related("programme").order_by("-opens_on", "pk")

    @admin.display(description=_("publication"))
    def mark(self, call: Call) -> SafeString:
        return render_publication_mark(call)


@admin.register(FundingProgramme)
class FundingProgrammeAdmin(PublishableAdmin):
    """The programmes, with their calls."""

    form = ProgrammeForm
    list_display = ("name", "fund", "authority", "open_count", "contact", "publication_mark", "updated_at")
    list_filter = ("publication", "fund")
    list_select_related = ("contact",)
    search_fields = ("name_sv", "name_en", "summary_sv", "summary_en", "authority_sv")
    autocomplete_fields = ("activities",)
    prepopulated_fields = {"slug": ("name_sv",)}
    inlines = (GuidanceInline, CallInline)
    fieldsets = (
        (None, {"fields": [("fund", "position"), *sv_en("name", "summary", "body")]}),
        (_("Terms"), {"fields": [
            ("period_start", "period_end", "highest_rate"), *sv_en("authority", "geography"), "applicants", "link",
        ], "classes": ["collapse"]}),
        (_("Suitable projects and contact"), {"fields": ["themes", "activities", "contact"], "classes": ["collapse"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[FundingProgramme]:
        is_open = Q(calls__in=Call.objects.open())
        return super().get_queryset(request).annotate(open_count=Count("calls", filter=is_open, distinct=True))

    @admin.display(description=_("open calls"), ordering="open_count")
    def open_count(self, programme: FundingProgramme) -> int:
        return programme.open_count


class StateFilter(admin.SimpleListFilter):
    """Narrow the list to calls that are open, close soon, are upcoming, or are closed."""

    title = _("open or closed")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [("soon", _("closes within 30 days")), *CallState.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Call]) -> QuerySet[Call]:  # noqa: ARG002
        narrow = {
            "soon": queryset.closing_soon,
            CallState.OPEN: queryset.open,
            CallState.UPCOMING: queryset.upcoming,
            CallState.CLOSED: queryset.closed,
        }.get(self.value() or "")
        return narrow() if narrow else queryset


@admin.register(Call)
class CallAdmin(OwnedAdmin, PublishableAdmin):
    """The calls that the user may change."""

    list_display = ("title", "programme", "opens_on", "closes_on", "state", "publication_mark")
    list_filter = (StateFilter, "publication", ("programme", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("programme",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "programme__name_sv")
    fieldsets = (
        (None, {"fields": ["programme", *sv_en("title"), ("opens_on", "closes_on"), *sv_en("summary"), "link"]}),
        PublishableAdmin.PUBLISHING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).filter(pk__in=find_own_calls(request.user).values("pk"))

    def find_owners(self, thing: Call) -> list[StaffMember]:
        return [thing.programme.contact] if thing.programme.contact else []

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "programme":
            kwargs["queryset"] = find_own_programmes(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("state"), ordering="closes_on")
    def state(self, call: Call) -> SafeString:
        return state_mark(call)


@admin.register(Guidance)
class GuidanceAdmin(OwnedAdmin, TranslatedAdmin):
    """The guidance of the user's plans; for administrators, of goals too."""

    list_display = ("programme", "goal", "plan", "updated_at")
    list_display_links = ("programme", "goal", "plan")
    list_filter = (("programme", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("programme", "goal", "plan")
    search_fields = ("how_sv", "how_en", "programme__name_sv", "goal__title_sv", "plan__title_sv")
    fieldsets = ((None, {"fields": ["programme", ("goal", "plan"), *sv_en("how")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guidance]:
        return super().get_queryset(request).filter(pk__in=find_own_guidance(request.user).values("pk"))

    def find_owners(self, thing: Guidance) -> list[StaffMember]:
        return list(thing.plan.coordinators.all()) if thing.plan else []

    def get_fieldsets(self, request: HttpRequest, obj: Guidance | None = None) -> Any:
        if may_change_all(request.user):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ["programme", "plan", *sv_en("how")]}),)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        everything = may_change_all(request.user)
        if db_field.name == "plan":
            kwargs |= {"queryset": find_own_plans(request.user), "required": not everything}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ThemeWords)
class ThemeWordsAdmin(TranslatedAdmin):
    """The words by which projects' themes are recognised."""

    list_display = ("theme", "telling", "hints")
    search_fields = ("theme__title_sv", "telling_sv", "hints_sv")
    list_select_related = ("theme",)
    fieldsets = ((None, {"fields": ["theme", *sv_en("telling", "hints")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThemeWords]:
        return super().get_queryset(request).filter(pk__in=find_own_words(request.user).values("pk"))

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "theme":
            kwargs["queryset"] = find_own_themes(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
