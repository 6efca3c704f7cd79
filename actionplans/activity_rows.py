"""An activity as a row: the same columns in the table, as CSV, as a spreadsheet and as JSON."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from actionplans.models import Activity, ActivityQuerySet, Contribution, Involvement
from strategy.models import Goal

ROWS_AT_ONCE = 500
Value = str | int | bool | date | datetime | list[str] | None


class Column(NamedTuple):
    """What a machine calls it, what people call it, and where it stands."""

    key: str
    label: Promise
    value: Callable[[Activity], Value]


def in_plan_order(activities: ActivityQuerySet) -> ActivityQuerySet:
    """By area, plan and start; with the plan and its theme."""
    return activities.select_related("plan__theme").order_by("plan__theme__position", "plan__slug", "starts_on", "slug")


def with_links(activities: ActivityQuerySet) -> ActivityQuerySet:
    """The activities with the goals they serve and the organisations in all their roles."""
    contributions = Contribution.objects.filter(goal__in=Goal.objects.published()).select_related("goal", "priority")
    return activities.prefetch_related(
        Prefetch("contributions", contributions.order_by("goal__position", "pk")),
        Prefetch("involvements", Involvement.objects.select_related("organisation")),
    )


def read_rows(activities: ActivityQuerySet) -> Iterator[Activity]:
    """Every activity with what its row shows, some hundreds at a time, however many there are."""
    found = with_links(in_plan_order(activities)).defer("body", "plan__body", "plan__summary")
    return found.iterator(chunk_size=ROWS_AT_ONCE)


def organisation_names(role: str) -> Callable[[Activity], list[str]]:
    """The names of those who have the role."""
    return lambda activity: [found.organisation.name for found in activity.involvements.all() if found.role == role]


def goal_titles(activity: Activity) -> list[str]:
    """The titles of the goals served, each once."""
    return list(dict.fromkeys(contribution.goal.title for contribution in activity.contributions.all()))


COLUMNS = [
    Column("plan", gettext_lazy("Action plan"), lambda activity: activity.plan.title),
    Column("theme", gettext_lazy("Theme"), lambda activity: activity.plan.theme.title),
    Column("title", gettext_lazy("Activity"), lambda activity: activity.title),
    Column("summary", gettext_lazy("Summary"), lambda activity: activity.summary),
    Column("status", gettext_lazy("Status"), lambda activity: activity.get_delivery_status_display()),
    Column("late", gettext_lazy("Late"), lambda activity: activity.is_late()),
    Column("reason", gettext_lazy("Reason for the status"), lambda activity: activity.status_reason or None),
    Column("starts_on", pgettext_lazy("column", "Starts"), lambda activity: activity.starts_on),
    Column("ends_on", pgettext_lazy("column", "Ends"), lambda activity: activity.ends_on),
    Column("responsible", gettext_lazy("Responsible"), organisation_names(Involvement.Role.RESPONSIBLE)),
    Column("participating", gettext_lazy("Participating"), organisation_names(Involvement.Role.PARTICIPATING)),
    Column("financing", gettext_lazy("Financing"), organisation_names(Involvement.Role.FINANCING)),
    Column("planned_amount", gettext_lazy("Planned amount, kronor"), lambda activity: activity.planned_amount),
    Column("goals", gettext_lazy("Goals"), goal_titles),
    Column("updated_at", gettext_lazy("Last updated"), lambda activity: activity.updated_at),
    Column("address", gettext_lazy("Address"), lambda activity: settings.BASE_URL + activity.get_absolute_url()),
]


def format_value(value: Value) -> str:
    """A value as a cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
