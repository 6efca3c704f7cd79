"""Follow-ups as the public reads them: out of what was frozen, and nothing else."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import condition

from followup.forms import ComparisonForm
from followup.models import Assessment, FollowUp, Verdict
from followup.report import describe_report, get_report
from followup.snapshot_presenter import compare_snapshots, present_snapshot
from publishing.models import PublishableQuerySet
from publishing.views import get_published


def followups(request: HttpRequest) -> HttpResponse:
    """Every follow-up, the latest first, with how many goals were judged how."""
    listed = list(_without_data().prefetch_related("assessments"))
    rows = [(followup, _verdicts(list(followup.assessments.all()))) for followup in listed]
    updated = max((followup.updated_at for followup in listed), default=None)
    context = {"rows": rows, "page_updated": updated, "section": "followup"}
    return render(request, "followup/list.html", context)


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One follow-up: the three verdicts of each goal, apart."""
    followup = _published(slug)
    return render(request, "followup/detail.html", make_page_context(followup, followup.frozen or {}))


def make_page_context(followup: FollowUp, frozen: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of frozen data; the preview shows what would be frozen in the same way."""
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
    """One goal of a follow-up, with charts, tables and every activity for it."""
    followup = _published(slug)
    report = present_snapshot(followup.frozen or {}, get_language() or "sv")
    found = next((seen for seen in report["goals"] if seen["slug"] == goal), None)
    if found is None:
        raise Http404
    context = {"followup": followup, "report": report, "goal": found, "corrections": followup.corrections.all()}
    return render(request, "followup/goal.html", context | {"page_updated": followup.frozen_at, "section": "followup"})


def activities(request: HttpRequest, slug: str) -> HttpResponse:
    """Every activity that the follow-up saw, plan by plan."""
    followup = _published(slug)
    report = present_snapshot(followup.frozen or {}, get_language() or "sv")
    context = {"followup": followup, "report": report, "page_updated": followup.frozen_at, "section": "followup"}
    return render(request, "followup/activities.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    """Two follow-ups side by side, goal by goal."""
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


def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report as an accessible PDF in the page's language."""
    followup, language = _published(slug), get_language() or "sv"
    content = get_report(followup, language)

    @condition(etag_func=lambda _request: f'"{hashlib.sha256(content).hexdigest()}"')
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{followup.slug}-{language}.pdf"'
        return response

    return answer(request)


def _published(slug: str) -> FollowUp:
    return get_published(FollowUp.objects.published().prefetch_related("corrections"), slug)


def _without_data() -> PublishableQuerySet[FollowUp]:
    return FollowUp.objects.published().defer("frozen")


def _verdicts(assessments: list[Assessment]) -> list[tuple[str, str, int]]:
    """Each verdict that was given, in words, and for how many goals."""
    counts = [(verdict, sum(row.verdict == verdict for row in assessments)) for verdict in Verdict]
    return [(verdict.value, str(verdict.label), count) for verdict, count in counts if count]
