"""Action plans and activities, as the public reads them."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from actionplans.forms import ActivityFilter
from actionplans.models import ActionPlan, Activity, ActivityQuerySet, Contribution, Involvement
from actionplans.reading import delivery_words, read_plan
from publishing.views import get_published
from strategy.models import Goal

ACTIVITIES_PER_PAGE = 30


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
        "programmes": found.programmes.published(),  # of the room of funding, above this one
        "page_updated": found.updated_at,
        "section": "plans",
    }
    return render(request, "actionplans/activity.html", context)


def activities(request: HttpRequest) -> HttpResponse:
    """All activities, narrowed by what the visitor asks for."""
    form = ActivityFilter(request.GET)
    found = form.narrow(Activity.objects.published())
    page = Paginator(_in_plan_order(with_responsible(found)), ACTIVITIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "narrowed": any(form.cleaned_data.values()),
        "page_updated": max((activity.updated_at for activity in page), default=None),
        "section": "activities",
    }
    return render(request, "actionplans/activities.html", context)


def with_responsible(activities: ActivityQuerySet) -> ActivityQuerySet:
    """The activities with the organisation that is responsible, for lists."""
    responsible = Involvement.objects.filter(role=Involvement.Role.RESPONSIBLE).select_related("organisation")
    return activities.prefetch_related(Prefetch("involvements", responsible, to_attr="led_by")).defer("body")


def with_links(activities: ActivityQuerySet) -> ActivityQuerySet:
    """The activities with the goals they serve and the organisations in all their roles."""
    contributions = Contribution.objects.filter(goal__in=Goal.objects.published()).select_related("goal", "priority")
    return activities.prefetch_related(
        Prefetch("contributions", contributions.order_by("goal__position", "pk")),
        Prefetch("involvements", Involvement.objects.select_related("organisation")),
    )


def _in_plan_order(activities: ActivityQuerySet) -> ActivityQuerySet:
    return activities.select_related("plan__theme").order_by("plan__theme__position", "starts_on", "slug")
