"""Action plans and activities, as the public reads them."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from actionplans.models import ActionPlan, Activity
from actionplans.reading import delivery_words, read_plan
from actionplans.rows import with_links
from publishing.views import get_published


def plans(request: HttpRequest) -> HttpResponse:
    """Every action plan, with how it goes."""
    listed = (
        ActionPlan.objects.published()
        .select_related("theme")
        .prefetch_related(
            Prefetch("activities", Activity.objects.published().only("plan", "delivery_status", "ends_on").order_by())
        )
    )
    updated = max((plan.updated_at for plan in listed), default=None)
    return render(request, "actionplans/plans.html", {"plans": listed, "page_updated": updated, "section": "plans"})


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """One plan: its activities under the goals they serve."""
    found = read_plan(slug)
    if found is None:
        get_published(ActionPlan.objects.published(), slug)  # it may have moved
        raise Http404
    context = {
        "plan": found,
        "statuses": delivery_words(get_language() or "sv"),
        "page_updated": found["updated_at"],
        "section": "plans",
    }
    return render(request, "actionplans/plan.html", context)


def activity(request: HttpRequest, plan: str, slug: str) -> HttpResponse:
    """One activity: who, when, and for which goals."""
    plans = ActionPlan.objects.published().select_related("theme", "strategy")
    published_plan = get_published(plans, plan, part="plan")
    found = get_published(with_links(published_plan.activities.published()).select_related("contact"), slug)
    contact = found.contact if found.contact and found.contact.is_published() else None
    context = {
        "plan": published_plan,
        "activity": found,
        "contact": contact,
        "page_updated": found.updated_at,
        "section": "plans",
    }
    return render(request, "actionplans/activity.html", context)
