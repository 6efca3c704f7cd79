"""An action plan with its activities, people, documents and money."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from actionplans.models import ActionPlan, Activity
from contacts.models import StaffMember
from documents.models import Document
from funding.models import Guidance
from publishing.views import get_published
from strategy.models import Goal


def show_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a plan with its activities under the goals they serve."""
    plan = get_published(_find_plans(), slug)
    activities = plan.activities.all()
    context = {
        "plan": plan,
        "successor": plan.strategy.successor,
        "groups": _group_by_goal(plan.strategy.goals.published(), activities),
        "statuses": Activity.Delivery.choices,
        "page_updated": max([plan.updated_at, *(activity.updated_at for activity in activities)]),
        "section": "plans",
    }
    return render(request, "pages/plan.html", context)


def _find_plans() -> QuerySet[ActionPlan]:
    """Return the published plans with all that their pages show."""
    activities = Activity.objects.published().with_responsible().order_by("starts_on", "slug")
    return (
        ActionPlan.objects.published()
        .select_related("theme", "strategy")
        .prefetch_related(
            Prefetch("coordinators", StaffMember.objects.published()),
            Prefetch("documents", Document.objects.published().with_versions()),
            Prefetch("guidance", Guidance.objects.published()),
            Prefetch("activities", activities.prefetch_related("contributions")),
        )
    )


def _group_by_goal(goals: Iterable[Goal], activities: Iterable[Activity]) -> list[dict[str, Any]]:
    """Group the activities, each once, under the first goal it serves; those without a goal last."""
    groups: dict[int | None, dict[str, Any]] = {goal.pk: {"goal": goal, "activities": []} for goal in goals}
    groups[None] = {"goal": None, "activities": []}
    for activity in activities:
        served = {contribution.goal_id for contribution in activity.contributions.all()}
        groups[next((pk for pk in groups if pk in served), None)]["activities"].append(activity)
    return [group for group in groups.values() if group["activities"]]
