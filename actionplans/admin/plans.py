"""The admin of themes and action plans."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans.models import ActionPlan, Theme, late_by
from actionplans.ownership import find_own_plans, may_change_all
from actionplans.spreadsheet.preview import may_import
from contacts.models import StaffMember
from publishing.admin import OwnedAdmin, PublishableAdmin, TranslatedAdmin, sv_en


@admin.register(Theme)
class ThemeAdmin(TranslatedAdmin):
    """The themes, with their number of plans."""

    list_display = ("title", "position", "colour", "plan_count")
    search_fields = ("title_sv", "title_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = ((None, {"fields": [*sv_en("title"), "slug", *sv_en("summary"), ("colour", "position")]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).annotate(plan_count=Count("plans"))

    @admin.display(description=_("action plans"), ordering="plan_count")
    def plan_count(self, theme: Theme) -> int:
        return theme.plan_count


@admin.register(ActionPlan)
class ActionPlanAdmin(OwnedAdmin, PublishableAdmin):
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
    autocomplete_fields = ("documents",)
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("theme", "strategy"), *sv_en("title", "summary", "body")]}),
        (_("Period and decision"), {"fields": [
            ("period_start", "period_end", "status"), *sv_en("adopted_by"), "adopted_on",
        ], "classes": ["collapse"]}),
        (_("People and documents"), {"fields": ["coordinators", "documents", "needs_review"], "classes": ["collapse"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ActionPlan]:
        counts = {
            "activity_count": Count("activities", distinct=True),
            "late_count": Count("activities", filter=late_by(timezone.localdate(), "activities__"), distinct=True),
        }
        own = super().get_queryset(request).filter(pk__in=find_own_plans(request.user).values("pk"))
        return own.annotate(**counts)

    def find_owners(self, thing: ActionPlan) -> QuerySet[StaffMember]:
        return thing.coordinators.all()

    def get_readonly_fields(self, request: HttpRequest, obj: ActionPlan | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if may_change_all(request.user) else (*fields, "coordinators", "needs_review")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["has_excel"] = may_import(cast("User", request.user))
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("period"), ordering="period_start")
    def period(self, plan: ActionPlan) -> str:
        return f"{plan.period_start}–{plan.period_end}"

    @admin.display(description=_("activities"), ordering="activity_count")
    def activity_count(self, plan: ActionPlan) -> int:
        return plan.activity_count

    @admin.display(description=pgettext_lazy("activities", "late"), ordering="late_count")
    def late_count(self, plan: ActionPlan) -> int:
        return plan.late_count
