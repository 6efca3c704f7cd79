"""The public's pages about follow-ups, from their snapshots only."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import condition

from files.media_types import PDF
from followup.forms import ComparisonForm
from followup.models import Assessment, FollowUp, Verdict
from followup.report import describe_report, get_report
from followup.snapshot_presenter import compare_snapshots, present_snapshot
from publishing.models import PublishableQuerySet
from publishing.views import get_published
from visitors.limits import limit_rate


def followups(request: HttpRequest) -> HttpResponse:
    """List the follow-ups, the latest first, with the number of goals by verdict."""
    listed = list(_without_data().prefetch_related("assessments"))
    rows = [(followup, _verdicts(list(followup.assessments.all()))) for followup in listed]
    updated = max((followup.updated_at for followup in listed), default=None)
    context = {"rows": rows, "page_updated": updated, "section": "followup"}
    return render(request, "followup/list.html", context)


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a follow-up: delivery, outcome and judgement of each goal, side by side."""
    followup = _published(slug)
    return render(request, "followup/detail.html", make_page_context(followup, followup.frozen or {}))


def make_page_context(followup: FollowUp, frozen: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a follow-up's page; the preview uses it for a snapshot that is not frozen yet."""
    report = present_snapshot(frozen, get_language() or "sv")
    return {
        "followup": followup,
        "report": report,
        "about": describe_report(report),
        "corrections": followup.corrections.all(),
        "page_updated": followup.frozen_at,
        "section": "followup",
    }


def goal(request: HttpRequest, slug: str, goal: str) -> HttpResponse:
    """Show one goal of a follow-up, with charts, tables and its activities."""
    followup = _published(slug)
    report = present_snapshot(followup.frozen or {}, get_language() or "sv")
    found = next((seen for seen in report["goals"] if seen["slug"] == goal), None)
    if found is None:
        raise Http404
    context = {"followup": followup, "report": report, "goal": found, "corrections": followup.corrections.all()}
    return render(request, "followup/goal.html", context | {"page_updated": followup.frozen_at, "section": "followup"})


def activities(request: HttpRequest, slug: str) -> HttpResponse:
    """List the activities of a follow-up, plan by plan."""
    followup = _published(slug)
    report = present_snapshot(followup.frozen or {}, get_language() or "sv")
    context = {"followup": followup, "report": report, "page_updated": followup.frozen_at, "section": "followup"}
    return render(request, "followup/activities.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    """Compare two follow-ups, goal by goal."""
    form = ComparisonForm(request.GET, list(_without_data()))
    context = {"form": form, "section": "followup"}
    if form.is_valid() and form.cleaned_data["a"] and form.cleaned_data["b"]:
        found = {row.slug: row for row in FollowUp.objects.published().filter(slug__in=form.cleaned_data.values())}
        first, second = (found[form.cleaned_data[name]] for name in ("a", "b"))
        language = get_language() or "sv"
        sides = present_snapshot(first.frozen or {}, language), present_snapshot(second.frozen or {}, language)
        context |= {
            "first": sides[0],
            "second": sides[1],
            "rows": compare_snapshots(*sides),
            "page_updated": max(first.updated_at, second.updated_at),
        }
    return render(request, "followup/compare.html", context)


@limit_rate("files")
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the report as an accessible PDF in the page's language."""
    followup, language = _published(slug), get_language() or "sv"
    content = get_report(followup, language)

    @condition(etag_func=lambda _request: f'"{hashlib.sha256(content).hexdigest()}"')
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(content, content_type=PDF)
        response["Content-Disposition"] = f'inline; filename="{followup.slug}-{language}.pdf"'
        return response

    return answer(request)


def _published(slug: str) -> FollowUp:
    return get_published(FollowUp.objects.published().prefetch_related("corrections"), slug)


def _without_data() -> PublishableQuerySet[FollowUp]:
    return FollowUp.objects.published().defer("frozen")


def _verdicts(assessments: list[Assessment]) -> list[tuple[str, str, int]]:
    """Return each verdict that was given, its label, and for how many goals."""
    counts = [(verdict, sum(row.verdict == verdict for row in assessments)) for verdict in Verdict]
    return [(verdict.value, str(verdict.label), count) for verdict, count in counts if count]
