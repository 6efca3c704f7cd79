"""The public pages of programmes and calls, and "Does my project fit?"."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Activity, Organisation, Theme
from contacts.models import StaffMember
from funding.calendars import CONTENT_TYPE, build_calendar
from funding.forms import CitedForm, ProjectForm, build_permalink, draft_message
from funding.matching import Answer, Matcher, Question
from funding.models import Call, CallState, FundingProgramme
from publishing.views import get_published
from strategy.models import Goal, Strategy
from visitors.limits import limit_rate


def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme, after the calls, those that close soonest first."""
    listed = list(FundingProgramme.objects.published())
    calls = list(Call.objects.published().select_related("programme").closing_first())
    context = {
        "programmes": listed,
        **_by_state(calls),
        "page_updated": max((one.updated_at for one in (*listed, *calls)), default=None),
        "section": "funding",
    }
    return render(request, "funding/programmes.html", context)


def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme: its terms, guidance and calls."""
    published = FundingProgramme.objects.published().select_related("contact")
    activities = Activity.objects.published().select_related("plan").defer("body")
    found = get_published(published.prefetch_related("themes", Prefetch("activities", activities)), slug)
    calls = list(found.calls.published().closing_first())
    for call in calls:
        call.programme = found
    guidance = found.guidance.of_published().select_related("goal", "plan__theme")
    context = {
        "programme": found,
        "contact": found.contact if found.contact and found.contact.is_published() else None,
        "guidance": guidance,
        **_by_state(calls),
        "page_updated": max(one.updated_at for one in (found, *calls)),
        "section": "funding",
    }
    return render(request, "funding/programme.html", context)


def calendar(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The open and upcoming calls, as a calendar to subscribe to."""
    calls = Call.objects.published().exclude(pk__in=Call.objects.closed()).select_related("programme").closing_first()
    return HttpResponse(build_calendar(calls, _("Calls for funding")), content_type=CONTENT_TYPE)


def call_calendar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:  # noqa: ARG001
    """A call as a calendar event."""
    found = get_published(FundingProgramme.objects.published(), slug)
    call = get_object_or_404(found.calls.published().select_related("programme"), pk=pk)
    response = HttpResponse(build_calendar([call], call.title), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{slug}-{pk}.ics"'
    return response


@limit_rate("search")
def fit(request: HttpRequest) -> HttpResponse:
    """Does my project fit? The question is in the address; nothing of it is stored."""
    cited = CitedForm(request.GET)
    cited.full_clean()
    strategy = _strategy(cited.cleaned_data.get("strategy") or "")
    themes = list(Theme.objects.filter(plans__in=ActionPlan.objects.published()).distinct())
    municipalities = list(Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY))
    form = ProjectForm(request.GET or None, themes, municipalities)
    question = form.question() if form.is_bound else Question()
    context: dict[str, Any] = {
        "form": form,
        "question": question,
        "strategy": strategy,
        "themes": themes,
        "page_updated": strategy.updated_at,
        "section": "funding",
    }
    if question:
        context |= _answered(question, strategy, cited.cleaned_data.get("date"))
    response = render(request, "funding/project_fit.html", context)
    if request.GET:
        patch_cache_control(response, private=True)  # an answer to one person is cached for nobody else
    return response


def _strategy(slug: str) -> Strategy:
    """Return the strategy that a cited address names, or the one in force."""
    strategies = Strategy.objects.published()
    named = strategies.filter(slug=slug).first() if slug else None
    return named or get_object_or_404(strategies, is_current=True)


def _answered(question: Question, strategy: Strategy, cited_on: Any) -> dict[str, Any]:
    """Return the answer, its permanent link, and the draft of a message."""
    matcher = Matcher(question, strategy)
    answer: Answer = matcher.answer()
    today, version = timezone.localdate(), _version(strategy)
    address = build_permalink(question, strategy, today)
    registrar = StaffMember.objects.published().filter(is_registrar=True).first()
    return {
        "answer": answer,
        "kind_words": str(Organisation.Kind(question.kind).label) if question.kind else "",
        "registrar": registrar,
        "message": draft_message(question, address),
        "permalink": address,
        "readable_permalink": uri_to_iri(address),
        "shared_path": address,
        "today": today,
        "version": version,
        "page_updated": version,
        "changed_since": cited_on if cited_on and timezone.localdate(version) > cited_on else None,
    }


def _version(strategy: Strategy) -> Any:
    """Return when the strategy, or one of its goals or plans, was last changed."""
    goals = Goal.objects.published().filter(strategy=strategy).order_by().values_list("updated_at")
    plans = ActionPlan.objects.published().filter(strategy=strategy).order_by().values_list("updated_at")
    return max([strategy.updated_at, *(at for (at,) in goals.union(plans, all=True))])


def _by_state(calls: list[Call]) -> dict[str, list[Call]]:
    """Return the calls as `open_calls`, `upcoming_calls` and `closed_calls`, as of today in Stockholm."""
    today = timezone.localdate()
    states = {f"{state}_calls": [call for call in calls if call.state(today) == state] for state in CallState}
    states["upcoming_calls"].sort(key=lambda call: call.opens_on)
    states["closed_calls"].reverse()
    return states
