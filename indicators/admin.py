"""The admin of indicators, for their owners and the administrators.

Coordinators see and change only the indicators that they own: `get_queryset` leaves the others out of lists, forms,
actions and history alike. Fetched values are read-only.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import DecimalField, ForeignKey, JSONField, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from contacts.bylines import make_byline
from contacts.models import StaffMember
from indicators.fetcher import list_sources
from indicators.forms import FigureField, ValueForm, ValueFormSet
from indicators.models import Area, Fetching, Indicator, IndicatorTarget, IndicatorValue, OutcomeOverride, Source
from indicators.services import refresh_derived_fields
from indicators.snapshots import could_not_be_fetched, format_number, lacks_current_data, take_snapshot
from language.forms import TEXTS
from publishing.admin import OwnedAdmin, PlainFields, PublishableAdmin, TranslatedAdmin, sv_en


@admin.register(Area)
class AreaAdmin(TranslatedAdmin):
    """The county, the nation and other areas with values."""

    list_display = ("name", "code", "position")
    search_fields = ("code", "name_sv", "name_en")
    fieldsets = ((None, {"fields": [*sv_en("name"), ("code", "position")]}),)


class PlainFigures(PlainFields):
    """Numbers as people write them, with a comma in Swedish."""

    formfield_overrides = {**PlainFields.formfield_overrides, DecimalField: {"form_class": FigureField}}


class TargetInline(PlainFigures, admin.TabularInline):
    """The target values, by year."""

    model = IndicatorTarget
    extra = 1
    classes = ("collapse",)
    fields = ("year", "value")


class ValueInline(PlainFigures, admin.TabularInline):
    """The current values of an indicator whose values are entered by hand."""

    model = IndicatorValue
    form = ValueForm
    formset = ValueFormSet
    extra = 1
    fields = ("year", "area", "gender", "value", "status")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndicatorValue]:
        current = super().get_queryset(request).filter(replaced_at=None)
        return current.select_related("area").order_by("area__position", "-year", "gender")


def _is_written(indicator: Indicator | None) -> bool:
    return indicator is None or indicator.source_kind == Source.MANUAL


class NeedsFilter(admin.SimpleListFilter):
    """Indicators that need their owner's attention."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [
            ("failing", _("failed to update")),
            ("old", _("without current data")),
            ("goal", _("without a goal")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Indicator]) -> QuerySet[Indicator]:  # noqa: ARG002
        if self.value() == "failing":
            return queryset.filter(could_not_be_fetched())
        if self.value() == "old":
            return queryset.filter(lacks_current_data())
        return queryset.filter(goals=None) if self.value() == "goal" else queryset


@admin.register(Indicator)
class IndicatorAdmin(OwnedAdmin, PublishableAdmin):
    """The indicators that the user may change."""

    list_display = ("title", "outcome_mark", "latest", "owner__name", "fault", "publication_mark")
    list_filter = (NeedsFilter, "outcome", "publication", "source_kind")
    list_select_related = ("owner", "fetching")
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "kpi", "table", "owner__name")
    prepopulated_fields = {"slug": ("title_sv",)}
    readonly_fields = ("publication_mark", "outcome_mark", "fetched", "figures")
    inlines = (TargetInline, ValueInline)
    formfield_overrides = {
        **PublishableAdmin.formfield_overrides,
        JSONField: {**TEXTS[JSONField], "widget": AdminTextareaWidget(attrs={"rows": 4})},
    }
    fieldsets = (
        (None, {"fields": [*sv_en("title", "summary", "unit"),
                           ("decimals", "direction", "position"), "outcome_mark"]}),
        (_("Where it belongs"), {"fields": ["goals", "owner"], "classes": ["collapse"]}),
        (_("What is shown"), {"fields": ["areas", "by_gender", ("baseline_year", "publication_lag"),
                                         ("is_proxy", "is_example")], "classes": ["collapse"]}),
        (_("Source"), {"fields": ["source_kind", ("kpi", "table"), "selections", "fetched", "figures",
                                  *sv_en("source_name"), "source_link", *sv_en("producer", "method", "limits")],
                        "classes": ["collapse"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Indicator]:
        own = super().get_queryset(request).filter(pk__in=Indicator.objects.of(request.user).values("pk"))
        return own.defer("chart_sv", "chart_en", "sketch_sv", "sketch_en")

    def find_owners(self, thing: Indicator) -> list[StaffMember]:
        return [thing.owner] if thing.owner else []

    def get_readonly_fields(self, request: HttpRequest, obj: Indicator | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if self.has_add_permission(request) else (*fields, "owner", "is_example")

    def get_inlines(self, request: HttpRequest, obj: Indicator | None) -> Any:  # noqa: ARG002
        """Leave out the values of an indicator that fetches them: they are shown as a table."""
        return self.inlines if _is_written(obj) else (TargetInline,)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        indicator: Indicator = form.instance
        refresh_derived_fields(indicator)
        if not _is_written(indicator) and {"source_kind", "kpi", "table", "selections"} & set(form.changed_data):
            Fetching.objects.update_or_create(indicator=indicator, defaults={"due_at": timezone.now()})

    @admin.display(description=_("outcome"), ordering="outcome")
    def outcome_mark(self, indicator: Indicator) -> SafeString:
        return format_html(
            '<span class="status" data-status="{}">{}</span>', indicator.outcome, indicator.get_outcome_display()
        )

    @admin.display(description=_("latest value"), ordering="latest_year")
    def latest(self, indicator: Indicator) -> str:
        value = format_number(indicator.latest_value, indicator.decimals)
        return f"{value} ({indicator.latest_year})" if value else ""

    @admin.display(description=_("fetching"), ordering="fetching__fault")
    def fault(self, indicator: Indicator) -> str:
        row = getattr(indicator, "fetching", None)
        return row.fault if row else ""

    @admin.display(description=_("values"))
    def figures(self, indicator: Indicator) -> SafeString | str:
        """The fetched values, as a table."""
        if indicator.pk is None or _is_written(indicator):
            return ""
        seen = take_snapshot(Indicator.objects.with_parts().get(pk=indicator.pk))
        return render_to_string("indicators/table.html", {"frozen": seen}) if seen["values"] else ""

    @admin.display(description=_("fetching"))
    def fetched(self, indicator: Indicator) -> str:
        """How the latest fetches went, in sentences."""
        row: Fetching | None = getattr(indicator, "fetching", None) if indicator.pk else None
        if _is_written(indicator):
            return str(_("Values are entered manually below."))
        sentences: list[Any] = []
        if row and row.succeeded_at:
            sentences.append(_("Last updated from the source %(time)s.") % {"time": _moment(row.succeeded_at)})
        if row and row.fault:
            sentences.append(
                _("Update failed %(time)s: %(fault)s") % {"time": _moment(row.failed_at), "fault": row.fault}
            )
        if indicator.source_kind not in list_sources():
            sentences.append(_("This installation does not update from that source."))
        return " ".join(map(str, sentences)) or str(_("Not updated from the source yet."))


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@admin.register(OutcomeOverride)
class OutcomeOverrideAdmin(TranslatedAdmin):
    """Signed judgements that override the rule. They are added, never changed; the latest one is in force."""

    list_display = ("indicator", "verdict", "signed_by", "signed_at")
    list_filter = ("verdict",)
    list_select_related = ("indicator",)
    search_fields = ("indicator__title_sv", "indicator__title_en", "reason_sv", "reason_en", "signed_by")
    readonly_fields = ("signed_by", "signed_at")
    fieldsets = ((None, {"fields": ["indicator", "verdict", *sv_en("reason"), ("signed_by", "signed_at")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutcomeOverride]:
        return super().get_queryset(request).filter(indicator__in=Indicator.objects.of(request.user))

    def get_fieldsets(self, request: HttpRequest, obj: OutcomeOverride | None = None) -> Any:  # noqa: ARG002
        shown = [field for field in self.fieldsets[0][1]["fields"] if obj or field != ("signed_by", "signed_at")]
        return ((None, {"fields": shown}),)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "indicator":
            kwargs["queryset"] = Indicator.objects.of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: OutcomeOverride | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutcomeOverride | None = None) -> bool:  # noqa: ARG002
        return False

    def save_model(self, request: HttpRequest, obj: OutcomeOverride, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        user: Any = request.user
        obj.author, obj.signed_by = user, make_byline(user)
        super().save_model(request, obj, form, change)
        refresh_derived_fields(obj.indicator)
