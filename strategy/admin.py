from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, ForeignKey, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from publishing.admin import PublishableAdmin, TranslatedAdmin, sv_en, translate_note
from publishing.authors import describe_author
from publishing.changes import note_change
from strategy.models import Goal, GoalCrosswalk, Priority, Strategy
from strategy.succession import adopt_strategy, find_goals_without_succession, find_obstacles, find_superseded


@admin.register(Strategy)
class StrategyAdmin(PublishableAdmin):
    """Strategies, the one in force first. Another is put in force by adopting it, never in the form."""

    change_form_template = "admin/strategy/strategy_form.html"
    readonly_fields = (*PublishableAdmin.readonly_fields, "is_current", "supersedes")

    list_display = ("title", "period", "is_current", "goal_count", "publication_mark", "updated_at")
    list_filter = ("publication", "is_current")
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en")
    autocomplete_fields = ("documents",)
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [*sv_en("title", "subtitle", "summary", "vision", "overall_goal", "body")]}),
        (_("Period and decision"), {"fields": [
            ("period_start", "period_end"), "is_current", "supersedes", *sv_en("decision_body"),
            ("decided_on", "decision_reference"),
        ], "classes": ["collapse"]}),
        (_("Documents"), {"fields": ["documents"], "classes": ["collapse"]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Strategy]:
        return super().get_queryset(request).annotate(goal_count=Count("goals"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.adoption)
        return [path("<int:pk>/adopt/", view, name="strategy_strategy_adopt"), *super().get_urls()]

    def adoption(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what adopting the strategy would do, and what prevents it; adopt it on POST."""
        strategy = self.get_object(request, str(pk))
        if strategy is None:
            raise Http404
        if not self.has_change_permission(request, strategy):
            raise PermissionDenied
        found = find_obstacles(strategy)
        if request.method == "POST":
            try:
                with transaction.atomic():
                    adopted = adopt_strategy(strategy.pk)
                    words = translate_note(gettext_noop("Adopted and in force."))
                    note_change(adopted, by=describe_author(request.user), **words)
            except ValidationError as error:
                found = error.messages
            else:
                self.log_change(request, adopted, gettext("Adopted and in force from today."))
                done = gettext("The strategy %(title)s has been adopted and is in force.") % {"title": adopted.title}
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:strategy_strategy_change", args=[pk]))
        return render(request, "admin/strategy/adopt.html", self._adoption_page(request, strategy, found))

    def _adoption_page(self, request: HttpRequest, strategy: Strategy, found: list[str]) -> dict[str, Any]:
        old = find_superseded(strategy)
        rows = GoalCrosswalk.objects.filter(old_goal__strategy=old).select_related("old_goal", "new_goal__strategy")
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Adopt %(title)s") % {"title": strategy.title},
            "opts": self.opts,
            "strategy": strategy,
            "old": old,
            "obstacles": found,
            "rows": [row for row in rows if row.new_goal is None or row.new_goal.strategy == strategy] if old else [],
            "missing": find_goals_without_succession(old, strategy) if old else [],
            "goals": strategy.goals.exclude(publication="archived"),
        }

    @admin.display(description=_("period"), ordering="period_start")
    def period(self, strategy: Strategy) -> str:
        return f"{strategy.period_start}–{strategy.period_end}"

    @admin.display(description=_("goals"), ordering="goal_count")
    def goal_count(self, strategy: Strategy) -> int:
        return strategy.goal_count


@admin.register(Goal)
class GoalAdmin(PublishableAdmin):
    """Goals by strategy, with how much is done for each."""

    list_display = ("title", "code", "strategy", "target_year", "priority_count", "activity_count", "publication_mark")
    list_filter = ("publication", "strategy")
    list_select_related = ("strategy",)
    search_fields = ("code", "title_sv", "title_en", "summary_sv", "summary_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("strategy", "parent"), ("code", "target_year", "position"),
                           *sv_en("title", "summary", "body")]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
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
    list_display = ("title", "goal", "activity_count", "publication_mark", "updated_at")
    list_filter = ("publication", "goal")
    list_select_related = ("goal",)
    search_fields = ("title_sv", "title_en", "summary_sv", "summary_en", "goal__title_sv")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [("goal", "position"), *sv_en("title", "summary")]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Priority]:
        return super().get_queryset(request).annotate(activity_count=Count("contributions__activity", distinct=True))

    @admin.display(description=_("activities"), ordering="activity_count")
    def activity_count(self, priority: Priority) -> int:
        return priority.activity_count


@admin.register(GoalCrosswalk)
class GoalCrosswalkAdmin(TranslatedAdmin):
    """The succession of each goal when a new strategy is adopted."""

    list_display = ("old_goal", "kind", "new_goal", "old_strategy")
    list_filter = ("kind", "old_goal__strategy")
    list_select_related = ("old_goal__strategy", "new_goal")
    search_fields = ("old_goal__title_sv", "new_goal__title_sv", "note_sv")
    fieldsets = ((None, {"fields": ["old_goal", "kind", "new_goal", *sv_en("note")]}),)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Label each goal with its strategy."""
        kwargs["queryset"] = Goal.objects.select_related("strategy").order_by("strategy", "position")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label_from_instance = lambda goal: f"{goal.strategy.title}: {goal}"
        return field

    @admin.display(description=_("earlier strategy"), ordering="old_goal__strategy")
    def old_strategy(self, row: GoalCrosswalk) -> str:
        return row.old_goal.strategy.title
