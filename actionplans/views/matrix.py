"""The public page of goals against plans."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from actionplans.matrix import GAPS_SHOWN, build_matrix, find_gap, lacks_goal, lacks_responsible
from actionplans.models import ActionPlan, Activity
from indicators.models import Indicator
from indicators.snapshots import lacks_current_data
from strategy.models import Goal, Strategy


def show_matrix(request: HttpRequest) -> HttpResponse:
    """The published goals of the strategy in force against the published plans."""
    strategy = get_object_or_404(Strategy.objects.published(), is_current=True)
    activities = Activity.objects.published()
    matrix = build_matrix(strategy.goals.published(), ActionPlan.objects.published(), activities)
    listed = (
        activities.select_related("plan__theme").defer("body", "plan__body").order_by("plan__theme__position", "pk")
    )
    context = {
        "strategy": strategy,
        "matrix": matrix,
        "no_goal": find_gap(listed.filter(lacks_goal(Goal.objects.published()))),
        "no_responsible": find_gap(listed.filter(lacks_responsible())),
        "no_data": find_gap(Indicator.objects.published().filter(lacks_current_data()).without_charts()),
        "shown": GAPS_SHOWN,
        "page_updated": strategy.updated_at,
        "section": "goals",
    }
    return render(request, "actionplans/matrix.html", context)
