"""The public's pages about the strategy and its goals."""

from collections import defaultdict
from itertools import chain
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from documents.models import with_versions
from publishing.headings import add_heading_anchors
from publishing.views import get_published
from strategy.delivery import with_deliveries
from strategy.models import Goal, Priority, Strategy
from strategy.succession import find_predecessors, find_successors, group_by_kind

CONTRIBUTIONS_SHOWN = 20
"""For each priority on a goal's page; a link leads to the rest."""
_LONG_TEXTS = [f"{name}_{language}" for name in ("summary", "method", "limits", "chart") for language in ("sv", "en")]
"""Fields of indicators that a goal's page does not show."""


def current(request: HttpRequest) -> HttpResponse:
    """Show the strategy in force."""
    return _strategy_page(request, get_object_or_404(Strategy.objects.published(), is_current=True))


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show any strategy, also a superseded one."""
    return _strategy_page(request, get_published(Strategy.objects.published(), slug))


def goals(request: HttpRequest) -> HttpResponse:
    """List the goals of the strategy in force."""
    strategy = get_object_or_404(Strategy.objects.published(), is_current=True)
    listed = with_assessments(with_outcomes(strategy.goals.published())).prefetch_related(
        Prefetch("priorities", Priority.objects.published())
    )
    context = {
        "strategy": strategy,
        "goals": with_deliveries(listed),
        "page_updated": strategy.updated_at,
        "section": "goals",
    }
    return render(request, "strategy/goals.html", context)


def goal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a goal with its red thread, from the vision down to the activities."""
    found = get_published(Goal.objects.published().select_related("strategy"), slug)
    siblings = list(found.strategy.goals.published())
    successor = found.strategy.successor
    context = {
        "goal": found,
        "siblings": siblings,
        "successor": successor,
        "successions": group_by_kind(find_successors(found)) if successor else [],
        "guidance": found.guidance.published(),  # from the funding app, which is above this one
        **_down_the_thread(found),
        "assessments": _assessments().filter(goal=found),
        "indicators": _indicators().filter(goals=found).defer(*_LONG_TEXTS),
        "page_updated": found.updated_at,
        "section": "goals",
    }
    return render(request, "strategy/goal.html", context)


def with_assessments(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Prefetch the latest published judgement of each goal, in two queries."""
    return goals.prefetch_related(Prefetch("assessments", _assessments(), to_attr="latest_assessments"))


def _assessments() -> QuerySet[Any]:
    """Return each goal's latest published judgement; from an app above this one, so reached through the goals."""
    assessments: Any = Goal.assessments.rel.related_model
    return assessments.objects.published().latest()


def with_outcomes(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Prefetch the outcomes of the goals' published indicators, in one query."""
    return goals.prefetch_related(Prefetch("indicators", _indicators().only("outcome").order_by()))


def _indicators() -> QuerySet[Any]:
    """Return published indicators; from an app above this one, so reached through the goals."""
    indicators: Any = Goal.indicators.rel.related_model
    return indicators.objects.published()


def _activities() -> Any:
    """Return published activities; from an app above this one, so reached through the goals."""
    activities: Any = Goal.activities.rel.related_model
    return activities.objects.published()


def _down_the_thread(goal: Goal) -> dict[str, Any]:
    """Return the goal's priorities with the contributions to each, those to the goal itself, and the earlier goals'.

    Only the first contributions to each priority are read; each has their number as `total`.
    """
    earlier = find_predecessors(goal)
    found: dict[tuple[int, int | None], list[Any]] = defaultdict(list)
    for contribution in _first_contributions(goal, *(row.old_goal for row in earlier)):
        found[contribution.goal_id, contribution.priority_id].append(contribution)
    priorities = list(goal.priorities.published())
    for priority in priorities:
        priority.shown_contributions = found.pop((goal.pk, priority.pk), [])  # type: ignore[attr-defined]
    others = [rows for (of_goal, _priority), rows in found.items() if of_goal == goal.pk]
    with_deliveries([goal])
    return {
        "priorities": priorities,
        "other_contributions": list(chain.from_iterable(others)),
        "earlier": [(row, _of_goal(row.old_goal_id, found)) for row in earlier],
    }


def _of_goal(goal: int, found: dict[tuple[int, int | None], list[Any]]) -> list[Any]:
    return [row for (of_goal, _priority), rows in found.items() if of_goal == goal for row in rows]


def _first_contributions(*goals: Goal) -> QuerySet[Any]:
    """Return the first contributions of published activities to each goal and priority, with their number."""
    contributions: Any = Goal.contributions.rel.related_model
    same = [F("goal"), F("priority")]
    order = ["activity__plan__theme__position", "activity__starts_on", "pk"]
    return (
        contributions.objects.filter(goal__in=[goal.pk for goal in goals], activity__in=_activities())
        .annotate(
            total=Window(Count("pk"), partition_by=same), place=Window(RowNumber(), partition_by=same, order_by=order)
        )
        .filter(place__lte=CONTRIBUTIONS_SHOWN)
        .select_related("activity__plan__theme")
        .defer("activity__body", "activity__plan__body", "activity__plan__summary")
        .order_by(*order)
    )


def _strategy_page(request: HttpRequest, strategy: Strategy) -> HttpResponse:
    body, contents = add_heading_anchors(strategy.body, taken=("innehall", "contents", "vision", "goals", "documents"))
    context = {
        "strategy": strategy,
        "body": body,
        "contents": contents,
        "goals": strategy.goals.published(),
        "documents": with_versions(strategy.documents.published()),
        "others": Strategy.objects.published().exclude(pk=strategy.pk),
        "successor": strategy.successor,
        "page_updated": strategy.updated_at,
        "section": "strategy",
    }
    return render(request, "strategy/strategy.html", context)
