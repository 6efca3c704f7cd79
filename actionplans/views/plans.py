"""The public pages of action plans and activities."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from actionplans.addresses import find_moved_activity, follow_merges
from actionplans.models import ActionPlan, Activity, ActivityQuerySet, StatusUpdate
from publishing.views import get_published


def list_plans(request: HttpRequest) -> HttpResponse:
    """Every action plan with its progress."""
    listed = (
        ActionPlan.objects.published()
        .select_related("theme")
        .prefetch_related(
            Prefetch("activities", Activity.objects.published().only("plan", "delivery_status", "ends_on").order_by())
        )
    )
    updated = max((plan.updated_at for plan in listed), default=None)
    return render(request, "actionplans/plans.html", {"plans": listed, "page_updated": updated, "section": "plans"})


def show_activity(request: HttpRequest, plan: str, slug: str) -> HttpResponse:
    """An activity: who, when, which goals, and its progress."""
    plans = ActionPlan.objects.published().select_related("theme", "strategy")
    try:
        published_plan = get_published(plans, plan, part="plan")
        found = get_published(_with_work(published_plan.activities.published()).select_related("contact"), slug)
    except Http404:
        moved = find_moved_activity(plan, slug)
        if moved is None:
            raise
        return HttpResponsePermanentRedirect(follow_merges(moved).get_absolute_url())
    if found.merged_into_id and (onward := follow_merges(found)) != found:
        return HttpResponsePermanentRedirect(onward.get_absolute_url())
    contact = found.contact if found.contact and found.contact.is_published() else None
    context = {
        "plan": published_plan,
        "activity": found,
        "merged_from": Activity.objects.published().filter(merged_into=found),
        "contact": contact,
        "programmes": found.programmes.published(),  # of `funding`, an app above this one
        "page_updated": found.updated_at,
        "section": "plans",
    }
    return render(request, "actionplans/activity.html", context)


def _with_work(activities: ActivityQuerySet) -> ActivityQuerySet:
    """Prefetch goals, organisations, milestones and public reports."""
    reports = Prefetch(
        "updates", StatusUpdate.objects.public().prefetch_related("milestones"), to_attr="public_updates"
    )
    return activities.with_links().prefetch_related(reports, "milestones")
