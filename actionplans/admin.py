"""Plans and activities, as their coordinators and the administrators keep them.

A coordinator never meets another's plan: `get_queryset` leaves it out of lists, forms, actions and history
alike, and the choices of a form hold only her own.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Exists, ForeignKey, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.admin import TranslationStackedInline

from actionplans.formsets import ContributionFormSet, InvolvementFormSet, RowForm
from actionplans.models import ActionPlan, Activity, Contribution, Involvement, Organisation, Theme, late_by
from actionplans.ownership import may_change_all, plans_of
from publishing.admin import PlainFields, PublishableAdmin, Translated, TranslatedAdmin, both
from publishing.models import Publication
from strategy.models import Goal, Priority


@admin.register(Theme)
class ThemeAdmin(TranslatedAdmin):
    """The areas that have plans."""

    list_display = ("title", "position", "colour", "plan_count")
    search_fields = ("title_sv", "title_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = ((None, {"fields": [*both("title"), "slug", *both("summary"), ("colour", "position")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).annotate(plan_count=Count("plans"))

    @admin.display(description=_("action plans"), ordering="plan_count")
    def plan_count(self, theme: Theme) -> int:
        return theme.plan_count


@admin.register(Organisation)
class OrganisationAdmin(TranslatedAdmin):
    """Who is responsible, takes part or pays, and for how much."""

    list_display = ("name", "kind", "responsible_count", "involved_count", "website")
    list_filter = ("kind",)
    search_fields = ("name_sv", "name_en")
    prepopulated_fields = {"slug": ("name_sv",)}
    fieldsets = ((None, {"fields": [*both("name"), "slug", ("kind", "website")]}),)

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


@admin.register(ActionPlan)
class ActionPlanAdmin(PublishableAdmin):
    """The plans that the user may change."""

    list_display = (
        "title",
        "theme",
        "status",
        "period",
        "activity_count",
        "late_count",
        "publication_mark",
        "updated_at",
    )
    list_filter = ("publication", "status", "strategy")
    list_select_related = ("theme",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "coordinators__name")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("theme", "strategy"), *both("title"), "slug", *both("summary", "body")]}),
        (_("Period and decision"), {"fields": [
            ("period_start", "period_end", "status"), *both("adopted_by"), "adopted_on",
        ]}),
        (_("People and documents"), {"fields": ["coordinators", "documents"]}),
        PublishableAdmin.PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ActionPlan]:
        counts = {
            "activity_count": Count("activities", distinct=True),
            "late_count": Count("activities", filter=late_by(timezone.localdate(), "activities__"), distinct=True),
        }
        own = super().get_queryset(request).filter(pk__in=plans_of(request.user).values("pk"))
        return own.annotate(**counts)

    def get_readonly_fields(self, request: HttpRequest, obj: ActionPlan | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if may_change_all(request.user) else (*fields, "coordinators")

    @admin.display(description=_("period"), ordering="period_start")
    def period(self, plan: ActionPlan) -> str:
        return f"{plan.period_start}–{plan.period_end}"

    @admin.display(description=_("activities"), ordering="activity_count")
    def activity_count(self, plan: ActionPlan) -> int:
        return plan.activity_count

    @admin.display(description=pgettext_lazy("activities", "late"), ordering="late_count")
    def late_count(self, plan: ActionPlan) -> int:
        return plan.late_count


class ContributionInline(Translated, TranslationStackedInline):
    """Which goals the activity serves, and how."""

    model = Contribution
    form = RowForm
    formset = ContributionFormSet
    extra = 1
    fieldsets = ((None, {"fields": [("goal", "priority"), *both("how")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        return super().get_queryset(request).select_related("activity", "goal")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "goal":
            kwargs["queryset"] = Goal.objects.filter(strategy__plans__in=plans_of(request.user)).distinct()
        if db_field.name == "priority":
            kwargs["queryset"] = Priority.objects.select_related("goal").order_by("goal__position", "position")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "priority" and field is not None:
            field.label_from_instance = lambda priority: f"{priority.goal.code} · {priority.title}"
        return field


class InvolvementInline(PlainFields, admin.StackedInline):
    """Which organisations do it, take part and pay."""

    model = Involvement
    form = RowForm
    formset = InvolvementFormSet
    extra = 1
    fields = (("organisation", "role"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Involvement]:
        return super().get_queryset(request).select_related("organisation")


class AttentionFilter(admin.SimpleListFilter):
    """What a coordinator should look at first."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [
            ("late", pgettext_lazy("activities", "late")),
            ("draft", _("drafts")),
            ("no_goal", _("without a goal")),
            ("no_responsible", _("without a responsible organisation")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> QuerySet[Activity]:  # noqa: ARG002
        condition = attention().get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


def attention() -> dict[str, Any]:
    """The conditions of `AttentionFilter`, on activities."""
    responsible = Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE)
    return {
        "late": late_by(timezone.localdate()),
        "draft": Q(publication__in=(Publication.DRAFT, Publication.REVIEW)),
        "no_goal": ~Exists(Contribution.objects.filter(activity=OuterRef("pk"))),
        "no_responsible": ~Exists(responsible),
    }


@admin.register(Activity)
class ActivityAdmin(PublishableAdmin):
    """The activities of the plans that the user may change."""

    list_display = (
        "title",
        "plan",
        "delivery",
        "ends_on",
        "responsible",
        "goal_count",
        "publication_mark",
    )
    list_filter = (
        AttentionFilter,
        "delivery_status",
        "publication",
        ("plan", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("plan",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "organisations__name_sv")
    prepopulated_fields = {"slug": ("title_sv",)}
    inlines = (ContributionInline, InvolvementInline)
    fieldsets = (
        (None, {"fields": ["plan", *both("title"), "slug", *both("summary", "body")]}),
        (_("Time and status"), {"fields": [
            ("starts_on", "ends_on"), "delivery_status", *both("status_reason"), "contact",
        ]}),
        PublishableAdmin.PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        own = super().get_queryset(request).filter(plan__in=plans_of(request.user))
        responsible = Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE)
        return own.annotate(
            goal_count=Count("contributions__goal", distinct=True),
            responsible=Subquery(responsible.values("organisation__name_sv")[:1]),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and plans_of(request.user).exists()

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "plan":
            kwargs["queryset"] = plans_of(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def view_on_site(self, activity: Activity) -> str | None:
        return super().view_on_site(activity) if activity.plan.is_published() else None

    @admin.display(description=_("delivery status"), ordering="delivery_status")
    def delivery(self, activity: Activity) -> SafeString:
        late = activity.is_late()
        words = _("%(status)s, late") % {"status": activity.get_delivery_status_display()} if late else None
        mark = "late" if late else activity.delivery_status
        return format_html(
            '<span class="status" data-status="{}">{}</span>', mark, words or activity.get_delivery_status_display()
        )

    @admin.display(description=_("responsible"), ordering="responsible")
    def responsible(self, activity: Activity) -> str:
        return activity.responsible

    @admin.display(description=_("goals"), ordering="goal_count")
    def goal_count(self, activity: Activity) -> int:
        return activity.goal_count
