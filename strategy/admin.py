from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from publishing.admin import PublishableAdmin, both
from strategy.models import Goal, Priority, Strategy


@admin.register(Strategy)
class StrategyAdmin(PublishableAdmin):
    """The strategies, the one in force first."""

    list_display = ("title", "period", "is_current", "goal_count", "publication_mark", "updated_at")
    list_filter = ("publication", "is_current")
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [*both("title"), "slug", *both("subtitle", "summary", "vision", "overall_goal", "body")]}),
        (_("Period and decision"), {"fields": [
            ("period_start", "period_end"), "is_current", "supersedes", *both("decision_body"),
            ("decided_on", "decision_reference"),
        ]}),
        (_("Documents"), {"fields": ["documents"]}),
        PublishableAdmin.PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Strategy]:
        return super().get_queryset(request).annotate(goal_count=Count("goals"))

    @admin.display(description=_("period"), ordering="period_start")
    def period(self, strategy: Strategy) -> str:
        return f"{strategy.period_start}–{strategy.period_end}"

    @admin.display(description=_("goals"), ordering="goal_count")
    def goal_count(self, strategy: Strategy) -> int:
        return strategy.goal_count


@admin.register(Goal)
class GoalAdmin(PublishableAdmin):
    """The goals, by strategy, with how much is done for each."""

    list_display = ("title", "code", "strategy", "target_year", "priority_count", "activity_count", "publication_mark")
    list_filter = ("publication", "strategy")
    list_select_related = ("strategy",)
    search_fields = ("code", "title_sv", "title_en", "summary_sv", "summary_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("strategy", "parent"), ("code", "target_year", "position"), *both("title"), "slug",
                           *both("summary", "body")]}),
        PublishableAdmin.PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Goal]:
        counts = {
            "priority_count": Count("priorities", distinct=True),
            "activity_count": Count("contributions__activity", distinct=True),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("priorities"), ordering="priority_count")
    def priority_count(self, goal: Goal) -> int:
        return goal.priority_count

    @admin.display(description=_("activities"), ordering="activity_count")
    def activity_count(self, goal: Goal) -> int:
        return goal.activity_count


@admin.register(Priority)
class PriorityAdmin(PublishableAdmin):
    """The priorities under the goals."""

    list_display = ("title", "goal", "activity_count", "publication_mark", "updated_at")
    list_filter = ("publication", "goal")
    list_select_related = ("goal",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "goal__title_sv")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("goal", "position"), *both("title"), "slug", *both("summary")]}),
        PublishableAdmin.PUBLISHING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Priority]:
        return super().get_queryset(request).annotate(activity_count=Count("contributions__activity", distinct=True))

    @admin.display(description=_("activities"), ordering="activity_count")
    def activity_count(self, priority: Priority) -> int:
        return priority.activity_count

    def view_on_site(self, priority: Priority) -> str | None:
        return super().view_on_site(priority) if priority.goal.is_published() else None
