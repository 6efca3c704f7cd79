"""The matrix of goals and plans in the admin: the user's own plans, drafts included, with links to forms."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from actionplans.admin.attention import get_attention_conditions
from actionplans.matrix import GAPS_SHOWN, build_matrix, find_gap
from actionplans.models import Activity
from actionplans.ownership import find_own_plans
from indicators.models import Indicator
from indicators.snapshots import lacks_current_data
from strategy.models import Goal


def matrix_page(request: HttpRequest, model_admin: ModelAdmin) -> HttpResponse:
    """Show the goals of the strategies of the user's plans against these plans, and the gaps in the red thread."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    plans = find_own_plans(request.user)
    activities = Activity.objects.filter(plan__in=plans).exclude(publication="archived")
    goals = Goal.objects.filter(strategy__in=plans.order_by().values("strategy")).exclude(publication="archived")
    listed = activities.select_related("plan__strategy").defer("body", "plan__body", "plan__strategy__body")
    conditions = get_attention_conditions()
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("Goals and action plans"),
        "opts": model_admin.opts,
        "matrix": build_matrix(goals, plans.exclude(publication="archived"), activities),
        "no_goal": find_gap(listed.filter(conditions["no_goal"])),
        "no_responsible": find_gap(listed.filter(conditions["no_responsible"])),
        "no_data": find_gap(Indicator.objects.filter(lacks_current_data()).without_charts()),
        "may_see_indicators": request.user.has_perm("indicators.view_indicator"),
        "shown": GAPS_SHOWN,
    }
    return render(request, "admin/actionplans/matrix.html", context)
