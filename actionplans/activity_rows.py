"""An activity as a row: the same columns in CSV, Excel and JSON."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from actionplans.models import Activity, ActivityQuerySet, Involvement

ROWS_AT_ONCE = 500
Value = str | int | bool | date | datetime | list[str] | None


class Column(NamedTuple):
    """A column: its key for programs, its label for people, and its value."""

    key: str
    label: Promise
    value: Callable[[Activity], Value]


def read_rows(activities: ActivityQuerySet) -> Iterator[Activity]:
    """Yield every activity with what its row shows, some hundreds at a time."""
    found = activities.in_plan_order().with_links().defer("body", "plan__body", "plan__summary")
    return found.iterator(chunk_size=ROWS_AT_ONCE)


def organisation_names(role: str) -> Callable[[Activity], list[str]]:
    """Return a function that gives the names of an activity's organisations in a role."""
    return lambda activity: [found.organisation.name for found in activity.involvements.all() if found.role == role]


def goal_titles(activity: Activity) -> list[str]:
    """Return the titles of the goals that an activity serves, each once."""
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
    """Return a value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
