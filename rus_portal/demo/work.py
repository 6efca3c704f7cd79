"""The progress of the demo's activities: costs, milestones, reports, confirmations."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone, translation

from actionplans.models import Activity, Involvement, Milestone, StatusUpdate
from contacts.models import StaffMember

PATH = Path(__file__).with_suffix(".toml")


def load_work() -> None:
    """Load the progress of activities that have none yet: an editor's work is left alone."""
    for row in tomllib.loads(PATH.read_text(encoding="utf-8"))["activity"]:
        activity = Activity.objects.get(plan__slug=row["plan"], slug=row["slug"])
        if not (activity.milestones.exists() or activity.updates.exists() or activity.last_confirmed_at):
            _load(activity, row)


def _load(activity: Activity, row: dict[str, Any]) -> None:
    if days := row.get("confirmed"):
        activity.last_confirmed_at = timezone.now() - timedelta(days=days)
    if into := row.get("merged_into"):
        plan, slug = into.split("/")
        activity.merged_into = Activity.objects.get(plan__slug=plan, slug=slug)
    activity.planned_amount = row.get("planned_amount")
    activity.full_clean()
    activity.save()
    for slug, amount in row.get("amounts", {}).items():
        paid = Involvement.objects.get(activity=activity, role=Involvement.Role.FINANCING, organisation__slug=slug)
        paid.amount = amount
        paid.save()
    for milestone in row.get("milestone", []):
        Milestone.objects.create(activity=activity, **milestone)
    for report in reversed(row.get("report", [])):
        _report(activity, report)


def _report(activity: Activity, report: dict[str, Any]) -> None:
    """Written as it would have been then: `reporting.report` knows only of today."""
    member = StaffMember.objects.select_related("user").get(slug=report.pop("by"))
    with translation.override("sv"):
        signed_by = str(member)
    update = StatusUpdate(activity=activity, author=member.user, signed_by=signed_by, **report)
    update.full_clean()
    update.save()
