"""The public's pages about indicators, and their data as CSV and JSON-stat."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators import snapshots, tables
from indicators.models import Indicator, IndicatorValue
from indicators.outcome import RULE, Judgement, Outcome
from publishing.views import get_published
from strategy.models import Goal
from visitors.limits import limit_rate

REVISIONS_SHOWN = 50


def indicators(request: HttpRequest) -> HttpResponse:
    """List all indicators, by the goals of the strategy in force."""
    listed = list(Indicator.objects.published().without_charts())
    goals = list(Goal.objects.published().filter(strategy__is_current=True))
    links = Indicator.goals.through.objects.filter(indicator__in=listed, goal__in=goals)
    of_goal: dict[int, set[int]] = defaultdict(set)
    for indicator, goal in links.values_list("indicator", "goal"):
        of_goal[goal].add(indicator)
    for row in goals:
        row.shown_indicators = [one for one in listed if one.pk in of_goal[row.pk]]  # type: ignore[attr-defined]
    linked = set().union(*of_goal.values())
    context = {
        "goals": goals,
        "others": [one for one in listed if one.pk not in linked],
        "count": len(listed),
        "rule": RULE,
        "page_updated": max((one.updated_at for one in listed), default=None),
        "section": "goals",
    }
    return render(request, "indicators/list.html", context)


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an indicator: its development, its outcome and why, and where the figures come from."""
    found = _found(slug)
    override, by_rule = snapshots.find_override(found), snapshots.judge_indicator(found)
    context = {
        "indicator": found,
        "frozen": snapshots.take_snapshot(found),
        "override": override,
        "earlier": [row for row in found.overrides.all() if row != override],
        "judgement": by_rule,
        "reckoning": _reckoning(found, by_rule),
        "targets": [_target(found, row.year, row.value) for row in found.targets.all()],
        "goals": found.goals.published(),
        "owner": found.owner if found.owner and found.owner.is_published() else None,
        "revisions": _revisions(found),
        "rule": RULE,
        "page_updated": found.updated_at,
        "section": "goals",
    }
    return render(request, "indicators/detail.html", context)


@limit_rate("files")
def as_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    """Send the values as CSV."""
    content = tables.render_csv(snapshots.take_snapshot(_found(slug)), get_language() or "sv")
    return _download(content, "text/csv; charset=utf-8", f"{slug}.csv")


@limit_rate("files")
def as_json(_request: HttpRequest, slug: str) -> HttpResponse:
    """Send the values as JSON-stat 2.0."""
    content = tables.render_jsonstat(snapshots.take_snapshot(_found(slug)), get_language() or "sv")
    response = _download(content, "application/json", f"{slug}.json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _found(slug: str) -> Indicator:
    return get_published(Indicator.objects.published().with_parts().select_related("owner"), slug)


def _download(content: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _target(indicator: Indicator, year: int, value: Any) -> str:
    return f"{year}: {snapshots.format_number(value, indicator.decimals)}"


def _reckoning(indicator: Indicator, judgement: Judgement) -> str:
    """Return how the rule applies to this indicator, with its figures, in a sentence."""
    if judgement.outcome == Outcome.UNKNOWN or judgement.mean is None or judgement.mean_of_line is None:
        return ""
    years = judgement.years
    facts = {
        "years": f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0]),
        "mean": _rounded(judgement.mean, indicator),
        "line": _rounded(judgement.mean_of_line, indicator),
        "target": snapshots.format_number(judgement.target, indicator.decimals),
        "year": judgement.target_year,
    }
    return _("In %(years)s the mean is %(mean)s. The line to the target, %(target)s in %(year)s, has the mean "
             "%(line)s for the same years.") % facts  # fmt: skip


def _rounded(number: Fraction, indicator: Indicator) -> str:
    return snapshots.format_number(str(float(number)), indicator.decimals)


def _revisions(indicator: Indicator) -> list[IndicatorValue]:
    """Return the latest revisions, each with its formatted value as `words`."""
    rows = list(indicator.values.revisions().select_related("area")[:REVISIONS_SHOWN])
    for row in rows:
        row.words = snapshots.format_number(row.value, indicator.decimals) or _("missing")
    return rows
