"""Snapshots for follow-ups: all that their pages and reports show, as of a day, as JSON data.

Texts are `{"sv": …, "en": …}`, the English one empty if there is none. Once a follow-up is published, only its
snapshot is read, whatever happens to the things in it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from modeltranslation.settings import AVAILABLE_LANGUAGES

from actionplans.models import Activity, Contribution, Involvement, StatusUpdate
from documents.models import Document, MediaType
from followup.models import Assessment, Evidence, FollowUp
from indicators.models import Indicator
from indicators.snapshots import take_snapshot as frozen_indicator
from strategy.models import Goal

Snapshot = dict[str, Any]
FORMAT = 1
"""Raise this when the snapshot's structure changes; older snapshots must still be readable."""


def take_snapshot(followup: FollowUp) -> Snapshot:
    """Return the follow-up's snapshot as of its day, in a fixed number of queries."""
    goals = list(followup.strategy.goals.published())
    plans = _plans(followup.strategy_id, followup.as_of)
    assessments = {assessment.goal_id: assessment for assessment in _assessments(followup)}
    indicators = list(Indicator.objects.published().with_parts().filter(goals__in=goals).distinct())
    by_goal = _indicators_by_goal(indicators)
    seen = {
        "format": FORMAT,
        "site": {"name": settings.REGION_SITE_NAME, "region": settings.REGION_NAME},
        "seen_at": timezone.now().isoformat(timespec="seconds"),
        **{name: getattr(followup, name) for name in ("slug", "kind", "year", "signed_by")},
        **{name: getattr(followup, name).isoformat() for name in ("as_of", "signed_on")},
        **_both(followup, "title", "summary", "body"),
        "strategy": _strategy(followup),
        "goals": [_goal(goal, assessments.get(goal.pk), by_goal.get(goal.pk, [])) for goal in goals],
        "plans": plans,
    }
    return add_counts(seen)


def add_counts(seen: Snapshot) -> Snapshot:
    """Return the snapshot with counts of activities for each plan and goal."""
    plans, goals = seen["plans"], seen["goals"]
    return seen | {
        "plans": [plan | count_activities(plan["activities"]) for plan in plans],
        "goals": [goal | _delivery(_of_goal(plans, goal["pk"])) for goal in goals],
    }


def count_activities(activities: Iterable[Snapshot]) -> Snapshot:
    """Return the activities by status, how many are late, their milestones and planned amount."""
    activities = list(activities)
    milestones = [milestone for activity in activities for milestone in activity["milestones"]]
    amounts = [activity["planned_amount"] for activity in activities if activity["planned_amount"] is not None]
    return {
        "statuses": dict(Counter(activity["status"] for activity in activities)),
        "total": len(activities),
        "late": sum(activity["late"] for activity in activities),
        "milestones": len(milestones),
        "milestones_reached": sum(milestone["reached_on"] is not None for milestone in milestones),
        "planned_amount": sum(amounts) if amounts else None,
    }


def _strategy(followup: FollowUp) -> Snapshot:
    strategy = followup.strategy
    return {
        **{name: getattr(strategy, name) for name in ("slug", "period_start", "period_end")},
        **_both(strategy, "title", "subtitle", "vision", "overall_goal"),
    }


def _goal(goal: Goal, assessment: Assessment | None, indicators: list[Snapshot]) -> Snapshot:
    return {
        **{name: getattr(goal, name) for name in ("pk", "slug", "code", "target_year")},
        **_both(goal, "title", "summary", "body"),
        "assessment": assessment and _assessment(assessment),
        "indicators": indicators,
    }


def _delivery(plans: list[Snapshot]) -> Snapshot:
    """Return the counts of a goal's activities, in all and for each plan."""
    return {
        "delivery": count_activities(activity for plan in plans for activity in plan["activities"]),
        "by_plan": [
            {"plan": plan["slug"], "title": plan["title"], **count_activities(plan["activities"])} for plan in plans
        ],
    }


def _assessments(followup: FollowUp) -> QuerySet[Assessment]:
    documents = Document.objects.with_versions()
    evidence = Evidence.objects.prefetch_related(Prefetch("document", documents))
    return followup.assessments.order_by("pk").prefetch_related(Prefetch("evidence", evidence))


def _assessment(assessment: Assessment) -> Snapshot:
    return {
        "verdict": assessment.verdict,
        "signed_by": assessment.signed_by,
        "signed_on": _day(assessment.signed_on),
        **_both(assessment, "text"),
        "evidence": [_evidence(evidence) for evidence in assessment.evidence.all()],
    }


def _evidence(evidence: Evidence) -> Snapshot:
    """Return the evidence with the document's current version, whose file and address never change."""
    document, version = evidence.document, evidence.document.current_version
    return {
        **_both(document, "title"),
        **_both(evidence, "label"),
        "slug": document.slug,
        "language": document.language,
        "page": evidence.page,
        "version": version and version.number,
        "format": version and MediaType(version.media_type).label,
        "checksum": version and version.checksum,
    }


def _plans(strategy: int, as_of: date) -> list[Snapshot]:
    """Return the strategy's plans, with their activities as they were on a day."""
    plans: dict[int, Snapshot] = {}
    for activity in _activities(strategy, as_of):
        plan = activity.plan
        kept = plans.setdefault(
            plan.pk, {"slug": plan.slug, "colour": plan.theme.colour, **_both(plan, "title"), "activities": []}
        )
        kept["activities"].append(_activity(activity, as_of))
    return list(plans.values())


def _activities(strategy: int, as_of: date) -> QuerySet[Activity]:
    later = StatusUpdate.objects.filter(reported_on__gt=as_of).order_by("reported_on", "pk")
    return (
        Activity.objects.published()
        .filter(plan__strategy=strategy)
        .select_related("plan__theme")
        .defer("body", "plan__body", "plan__summary")
        .order_by("plan__theme__position", "plan__slug", "starts_on", "slug")
        .prefetch_related(
            Prefetch("contributions", Contribution.objects.only("activity", "goal").order_by("pk")),
            Prefetch("involvements", Involvement.objects.select_related("organisation")),
            Prefetch("updates", later, to_attr="later_updates"),
            "milestones",
        )
    )


def _activity(activity: Activity, as_of: date) -> Snapshot:
    status, reason = _status_on_the_day(activity)
    responsible = [row for row in activity.involvements.all() if row.role == Involvement.Role.RESPONSIBLE]
    return {
        "slug": activity.slug,
        **_both(activity, "title"),
        "status": status,
        "reason": reason,
        "late": bool(activity.ends_on and activity.ends_on < as_of and status in Activity.OPEN),
        "starts_on": _day(activity.starts_on),
        "ends_on": _day(activity.ends_on),
        "goals": sorted({contribution.goal_id for contribution in activity.contributions.all()}),
        "responsible": _both(responsible[0].organisation, "name")["name"] if responsible else None,
        "planned_amount": activity.planned_amount,
        "financing": [
            {**_both(row.organisation, "name"), "amount": row.amount}
            for row in activity.involvements.all()
            if row.role == Involvement.Role.FINANCING
        ],
        "milestones": [
            {
                **_both(milestone, "title"),
                "due_on": _day(milestone.due_on),
                "reached_on": _day(milestone.reached_on) if _is_by(milestone.reached_on, as_of) else None,
            }
            for milestone in activity.milestones.all()
        ],
    }


def _status_on_the_day(activity: Activity) -> tuple[str, dict[str, str]]:
    """Return the status on the day, and its reason: the first later report says what the status was before it."""
    later = activity.later_updates  # type: ignore[attr-defined]
    status = later[0].before if later else activity.delivery_status
    unchanged = status == activity.delivery_status
    reason = _both(activity, "status_reason")["status_reason"] if unchanged else dict.fromkeys(AVAILABLE_LANGUAGES, "")
    return status, reason


def _indicators_by_goal(indicators: list[Indicator]) -> dict[int, list[Snapshot]]:
    """Return the snapshots of the indicators, with their charts, by goal."""
    seen = {indicator.pk: {**frozen_indicator(indicator), **_both(indicator, "chart")} for indicator in indicators}
    by_goal: dict[int, list[Snapshot]] = {}
    ties = Indicator.goals.through.objects.filter(indicator__in=seen).order_by("indicator__position", "indicator__slug")
    for goal, indicator in ties.values_list("goal", "indicator"):
        by_goal.setdefault(goal, []).append(seen[indicator])
    return by_goal


def _of_goal(plans: list[Snapshot], goal: int) -> list[Snapshot]:
    """Return the plans with only the activities that serve the goal."""
    served = [
        {**plan, "activities": [activity for activity in plan["activities"] if goal in activity["goals"]]}
        for plan in plans
    ]
    return [plan for plan in served if plan["activities"]]


def _both(thing: Any, *fields: str) -> dict[str, dict[str, str]]:
    return {
        field: {language: getattr(thing, f"{field}_{language}") or "" for language in AVAILABLE_LANGUAGES}
        for field in fields
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _is_by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of
