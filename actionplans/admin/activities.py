"""Activities, with their goals and organisations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, ForeignKey, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from actionplans.admin.attention import AttentionFilter
from actionplans.admin.spreadsheet import SpreadsheetPages
from actionplans.formsets import ContributionFormSet, InvolvementFormSet, RowForm
from actionplans.models import Activity, Contribution, Involvement
from actionplans.ownership import plans_of
from publishing.admin import PlainFields, PublishableAdmin, Translated, both
from strategy.models import Goal, Priority


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


@admin.register(Activity)
class ActivityAdmin(SpreadsheetPages, PublishableAdmin):
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
