"""The list of goals, and a goal with its red thread."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from modeltranslation.settings import AVAILABLE_LANGUAGES

from actionplans.deliveries import count_deliveries
from actionplans.models import Activity, Contribution
from followup.models import Assessment
from indicators.models import Indicator
from publishing.views import get_published
from strategy.models import Goal, GoalQuerySet, Priority, Strategy
from strategy.succession import find_predecessors, find_successors, group_by_kind

CONTRIBUTIONS_SHOWN = 20
"""For each priority on a goal's page; a link leads to the rest."""
_LONG_TEXTS = [
    f"{name}_{language}" for name in ("summary", "method", "limits", "chart") for language in AVAILABLE_LANGUAGES
]
"""Fields of indicators that a goal's page does not show."""


def list_goals(request: HttpRequest) -> HttpResponse:
    """List the goals of the strategy in force."""
    strategy = get_object_or_404(Strategy.objects.published(), is_current=True)
    priorities = Prefetch("priorities", Priority.objects.published())
    context = {
        "strategy": strategy,
        "goals": read_progress(strategy.goals.published().prefetch_related(priorities)),
        "page_updated": strategy.updated_at,
        "section": "goals",
    }
    return render(request, "pages/goals.html", context)


def show_goal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a goal with its red thread, from the vision down to the activities."""
    goal = get_published(Goal.objects.published().select_related("strategy"), slug)
    successor = goal.strategy.successor
    context = {
        "goal": goal,
        "delivery": count_deliveries([goal])[goal.pk],
        "siblings": list(goal.strategy.goals.published()),
        "successor": successor,
        "successions": group_by_kind(find_successors(goal)) if successor else [],
        "guidance": goal.guidance.published(),
        **_down_the_thread(goal),
        "assessments": Assessment.objects.published().latest().filter(goal=goal),
        "indicators": Indicator.objects.published().filter(goals=goal).defer(*_LONG_TEXTS),
        "page_updated": goal.updated_at,
        "section": "goals",
    }
    return render(request, "pages/goal.html", context)


def read_progress(goals: GoalQuerySet) -> list[Goal]:
    """Return the goals with what their cards show: the delivery of activities, the outcomes, the latest judgement."""
    listed = list(
        goals.prefetch_related(
            Prefetch("indicators", Indicator.objects.published().only("outcome").order_by()),
            Prefetch("assessments", Assessment.objects.published().latest(), to_attr="latest_assessments"),
        )
    )
    deliveries = count_deliveries(listed)
    for goal in listed:
        goal.delivery = deliveries[goal.pk]
    return listed


def _down_the_thread(goal: Goal) -> dict[str, Any]:
    """Return the goal's priorities with the contributions to each, those to the goal itself, and the earlier goals'.

    Only the first contributions to each priority are read; each has their number as `total`.
    """
    earlier = find_predecessors(goal)
    found: dict[tuple[int, int | None], list[Contribution]] = defaultdict(list)
    for contribution in _first_contributions([goal.pk, *(row.old_goal_id for row in earlier)]):
        found[contribution.goal_id, contribution.priority_id].append(contribution)
    priorities = list(goal.priorities.published())
    for priority in priorities:
        priority.shown_contributions = found.pop((goal.pk, priority.pk), [])  # type: ignore[attr-defined]
    return {
        "priorities": priorities,
        "other_contributions": _of_goal(goal.pk, found),
        "earlier": [(row, _of_goal(row.old_goal_id, found)) for row in earlier],
    }


def _of_goal(goal: int, found: dict[tuple[int, int | None], list[Contribution]]) -> list[Contribution]:
    return list(chain.from_iterable(rows for (of_goal, _priority), rows in found.items() if of_goal == goal))


def _first_contributions(goals: Iterable[int]) -> QuerySet[Contribution]:
    """Return the first contributions of published activities to each goal and priority, with their number."""
    same = [F("goal"), F("priority")]
    order = ["activity__plan__theme__position", "activity__starts_on", "pk"]
    return (
        Contribution.objects.filter(goal__in=goals, activity__in=Activity.objects.published())
        .annotate(
            total=Window(Count("pk"), partition_by=same), place=Window(RowNumber(), partition_by=same, order_by=order)
        )
        .filter(place__lte=CONTRIBUTIONS_SHOWN)
        .select_related("activity__plan__theme")
        .defer("activity__body", "activity__plan__body", "activity__plan__summary")
        .order_by(*order)
    )
