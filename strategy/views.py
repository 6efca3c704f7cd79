"""The strategy and its goals, as the public reads them."""

from collections import defaultdict
from itertools import chain
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from documents.models import with_versions
from publishing.contents import with_contents
from publishing.views import get_published
from strategy.models import Goal, Priority, Strategy


def current(request: HttpRequest) -> HttpResponse:
    """The strategy in force."""
    return _strategy_page(request, get_object_or_404(Strategy.objects.published(), is_current=True))


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Any strategy, those superseded included."""
    return _strategy_page(request, get_published(Strategy.objects.published(), slug))


def goals(request: HttpRequest) -> HttpResponse:
    """The goals of the strategy in force."""
    strategy = get_object_or_404(Strategy.objects.published(), is_current=True)
    listed = with_activities(strategy.goals.published()).prefetch_related(
        Prefetch("priorities", Priority.objects.published())
    )
    context = {"strategy": strategy, "goals": listed, "page_updated": strategy.updated_at, "section": "goals"}
    return render(request, "strategy/goals.html", context)


def goal(request: HttpRequest, slug: str) -> HttpResponse:
    """One goal with the red thread down to its activities and up to the vision."""
    found = get_published(Goal.objects.published().select_related("strategy"), slug)
    siblings = list(found.strategy.goals.published())
    context = {
        "goal": found,
        "siblings": siblings,
        "guidance": found.guidance.published(),  # of the room of funding, above this one
        **_down_the_thread(found),
        "page_updated": found.updated_at,
        "section": "goals",
    }
    return render(request, "strategy/goal.html", context)


def with_activities(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """The goals with how their published activities are going, in one more query."""
    return goals.prefetch_related(Prefetch("activities", _activities().only("delivery_status", "ends_on").order_by()))


def _activities() -> QuerySet[Any]:
    """Published activities. Their room stands above this one, so they are reached from the goals."""
    activities: Any = Goal.activities.rel.related_model
    return activities.objects.published()


def _down_the_thread(goal: Goal) -> dict[str, Any]:
    """The goal's activities, and its priorities with what is done for each and for the goal as a whole."""
    contributions = (
        goal.contributions.filter(activity__in=_activities())
        .select_related("activity__plan__theme")
        .defer("activity__body", "activity__plan__body", "activity__plan__summary")
        .order_by("activity__plan__theme__position", "activity__starts_on", "pk")
    )
    activities, by_priority = {}, defaultdict(list)
    for contribution in contributions:
        activities[contribution.activity_id] = contribution.activity
        by_priority[contribution.priority_id].append(contribution)
    priorities = list(goal.priorities.published())
    for priority in priorities:
        priority.shown_contributions = by_priority.pop(priority.pk, [])  # type: ignore[attr-defined]
    others = list(chain.from_iterable(by_priority.values()))
    return {"activities": list(activities.values()), "priorities": priorities, "other_contributions": others}


def _strategy_page(request: HttpRequest, strategy: Strategy) -> HttpResponse:
    body, contents = with_contents(strategy.body, taken=("innehall", "contents", "vision", "goals", "documents"))
    context = {
        "strategy": strategy,
        "body": body,
        "contents": contents,
        "goals": strategy.goals.published(),
        "documents": with_versions(strategy.documents.published()),
        "others": Strategy.objects.published().exclude(pk=strategy.pk),
        "page_updated": strategy.updated_at,
        "section": "strategy",
    }
    return render(request, "strategy/strategy.html", context)
