"""Presents a snapshot in one language, for the page, the report and the comparison.

Only the snapshot is read, so that the result never changes. Addresses are made from the slugs of the day; where one
has changed since, its old address redirects.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from actionplans.models import Activity
from actionplans.templatetags.delivery import COUNTED
from followup.models import FollowUp, Verdict
from indicators.models import Gender
from indicators.snapshots import format_number
from indicators.tables import make_table
from indicators.templatetags.outcomes import COUNTED as OUTCOMES

Presented = dict[str, Any]
BOTH = {"sv", "en"}


def present_snapshot(frozen: dict[str, Any], language: str) -> Presented:
    """Return a snapshot with its texts in a language, dates as dates, words for codes, addresses and tables."""
    with override(language):
        report: Presented = _in_language(frozen, language)
        report["kind_words"] = str(FollowUp.Kind(report["kind"]).label)
        report["strategy"]["url"] = reverse("strategy:detail", args=[report["strategy"]["slug"]])
        for plan in report["plans"]:
            _add_to_plan(plan)
        for goal, kept in zip(report["goals"], frozen["goals"], strict=True):
            _add_to_goal(goal)
            for indicator, seen in zip(goal["indicators"], kept["indicators"], strict=True):
                _add_figures(indicator, seen, language)
        report["documents"] = _documents(report["goals"])
        for goal in report["goals"]:
            goal["detail_url"] = reverse("followup:goal", args=[report["slug"], goal["slug"]])
            goal["activities"] = _activities_of(goal, report["plans"])
        report["is_example"] = any(row["is_example"] for goal in report["goals"] for row in goal["indicators"])
        return report


def compare_snapshots(first: Presented, second: Presented) -> list[Presented]:
    """Return two follow-ups goal by goal, in the order of the later; a goal that only one has stands alone."""
    earlier = {goal["pk"]: goal for goal in first["goals"]}
    rows = [{"goal": goal, "first": earlier.pop(goal["pk"], None), "second": goal} for goal in second["goals"]]
    rows += [{"goal": goal, "first": goal, "second": None} for goal in earlier.values()]
    for row in rows:
        row["has_new_verdict"] = bool(row["first"] and row["second"]) and _verdict(row["first"]) != _verdict(
            row["second"]
        )
    return rows


def describe_delivery(counts: Presented) -> str:
    """Return how many activities have which status, in words."""
    if not counts["total"]:
        return _("No activities yet.")
    parts = [
        str(words % counts["statuses"][status]) for status, words in COUNTED.items() if status in counts["statuses"]
    ]
    if counts["late"]:
        late = ngettext("%(late)d of them late", "%(late)d of them late", counts["late"])
        parts.append(late % {"late": counts["late"]})
    return ", ".join(parts)


def format_kronor(amount: int | None) -> str:
    """Return an amount in kronor in the page's format; empty if there is none."""
    return "" if amount is None else _("SEK %(amount)s") % {"amount": number_format(amount, force_grouping=True)}


def _in_language(thing: Any, language: str, name: str = "") -> Any:
    if isinstance(thing, list):
        return [_in_language(item, language) for item in thing]
    if isinstance(thing, dict):
        presented: Presented = {}
        for key, value in thing.items():
            if isinstance(value, dict) and value.keys() == BOTH:
                presented[key] = value[language] or value["sv"]
                presented[f"{key}_is_swedish"] = language != "sv" and not value[language]
            else:
                presented[key] = _in_language(value, language, key)
        return presented
    if isinstance(thing, str) and name.endswith(("_on", "_at", "as_of")):
        return datetime.fromisoformat(thing) if "T" in thing else date.fromisoformat(thing)
    return thing


def _add_to_plan(plan: Presented) -> None:
    plan["url"] = reverse("actionplans:plan", args=[plan["slug"]])
    _add_words(plan)
    for activity in plan["activities"]:
        activity["url"] = f"{plan['url']}{activity['slug']}/"
        activity["status_words"] = str(Activity.Delivery(activity["status"]).label)
        activity["amount_words"] = format_kronor(activity["planned_amount"])
        for row in activity["financing"]:
            row["amount_words"] = format_kronor(row["amount"])


def _add_to_goal(goal: Presented) -> None:
    goal["url"] = reverse("strategy:goal", args=[goal["slug"]])
    _add_words(goal["delivery"])
    for plan in goal["by_plan"]:
        plan["url"] = reverse("actionplans:plan", args=[plan["plan"]])
        _add_words(plan)
    if assessment := goal["assessment"]:
        assessment["verdict_words"] = str(Verdict(assessment["verdict"]).label) if assessment["verdict"] else ""
        assessment["paragraphs"] = [words for words in assessment["text"].split("\n\n") if words.strip()]
        for evidence in assessment["evidence"]:
            _add_address(evidence)
    goal["outcome_words"] = _outcome_words(goal["indicators"])


def _activities_of(goal: Presented, plans: list[Presented]) -> list[Presented]:
    """Return the activities that serve the goal."""
    return [activity for plan in plans for activity in plan["activities"] if goal["pk"] in activity["goals"]]


def _add_words(counts: Presented) -> None:
    counts["words"] = describe_delivery(counts)
    counts["amount_words"] = format_kronor(counts["planned_amount"])
    if counts["milestones"]:
        facts = {"reached": counts["milestones_reached"], "all": counts["milestones"]}
        counts["milestone_words"] = _("%(reached)s of %(all)s") % facts


def _add_address(evidence: Presented) -> None:
    """Add the version's own address, opened at the page (`#page=`, RFC 8118)."""
    if evidence["version"]:
        url = reverse("documents:version", args=[evidence["slug"], evidence["version"]])
        evidence["url"] = f"{url}#page={evidence['page']}" if evidence["page"] else url


def _documents(goals: list[Presented]) -> list[Presented]:
    """Return each version that is evidence, once, in the order of the goals."""
    found: dict[tuple[str, int], Presented] = {}
    for goal in goals:
        for evidence in (goal["assessment"] or {}).get("evidence", []):
            if evidence["version"]:
                url = reverse("documents:version", args=[evidence["slug"], evidence["version"]])
                found.setdefault((evidence["slug"], evidence["version"]), {**evidence, "url": url})
    return list(found.values())


def _outcome_words(indicators: list[Presented]) -> str:
    """Return how many indicators have which outcome, in words; never one figure for all."""
    counts = Counter(indicator["outcome"]["status"] for indicator in indicators)
    parts = [str(words % counts[outcome]) for outcome, words in OUTCOMES.items() if counts[outcome]]
    return ", ".join(parts) or _("No indicators yet.")


def _add_figures(indicator: Presented, frozen: dict[str, Any], language: str) -> None:
    """Add the address, the figures as a table, the targets in words, and the latest value."""
    indicator["url"] = reverse("indicators:detail", args=[indicator["slug"]])
    indicator["frozen"] = frozen
    indicator["table"] = make_table(frozen, language)
    targets = [f"{format_number(row['value'], indicator['decimals'])} ({row['year']})" for row in indicator["targets"]]
    indicator["target_words"] = ", ".join(targets)
    first_area = indicator["areas"][0]["code"] if indicator["areas"] else ""
    given = [row for row in indicator["values"] if _is_judged(row, first_area)]
    indicator["latest"] = format_number(given[-1]["value"], indicator["decimals"]) if given else ""
    indicator["latest_year"] = given[-1]["year"] if given else None


def _is_judged(row: Presented, area: str) -> bool:
    return row["area"] == area and row["gender"] == Gender.TOTAL and row["value"] is not None


def _verdict(goal: Presented) -> str | None:
    return goal["assessment"]["verdict"] if goal["assessment"] else None
