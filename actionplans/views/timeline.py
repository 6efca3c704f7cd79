"""The timeline: activities as bars along a line of years.

Every length is a percentage of the drawing's width, and every text is HTML or unscaled SVG text, so that a narrow
screen shows the same drawing without smaller letters.
"""

from calendar import isleap
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Activity, ActivityQuerySet

YEARS_BACK, YEARS_AHEAD, YEARS_AT_LEAST = 6, 5, 4


class Window(NamedTuple):
    """The years that the drawing covers, both included, and today."""

    first: int
    last: int
    today: date

    def at(self, day: date) -> float:
        """Return a day's position in percent of the width: below 0 or above 100 outside the window."""
        of_the_year = (day.timetuple().tm_yday - 1) / (366 if isleap(day.year) else 365)
        return (day.year - self.first + of_the_year) / (self.last + 1 - self.first) * 100

    def years(self) -> list[dict[str, Any]]:
        """Return each year with the positions of its start and middle."""
        wide = 100 / (self.last + 1 - self.first)
        return [
            {"year": str(year), "start": _percent(number * wide), "middle": _percent((number + 0.5) * wide)}
            for number, year in enumerate(range(self.first, self.last + 1))
        ]

    @property
    def now(self) -> str:
        return _percent(self.at(self.today))


class Bar(NamedTuple):
    """An activity's bar. `late_width` reaches from the planned end to today."""

    start: str
    width: str
    end: str
    late_width: str = ""
    late_end: str = ""
    goes_on: bool = False
    """It has no end, or ends after the window."""
    began_before: bool = False
    is_outside: bool = False
    """All of it is before or after the years shown: only an arrow shows which."""


def find_window(activities: ActivityQuerySet, year: str = "") -> Window:
    """Return the years around today in which something happens, or those around the chosen year."""
    today = timezone.localdate()
    if year:
        return Window(int(year) - 1, int(year) + 1, today)
    found = activities.order_by().aggregate(starts=Min("starts_on"), ends=Max("ends_on"))
    first = min(today.year, max(found["starts"].year if found["starts"] else today.year, today.year - YEARS_BACK))
    last = max(today.year, min(found["ends"].year if found["ends"] else today.year, today.year + YEARS_AHEAD))
    return Window(first, max(last, first + YEARS_AT_LEAST - 1), today)


def group_by_plan(activities: Iterable[Activity], window: Window) -> list[tuple[ActionPlan, list[Activity]]]:
    """Group activities, which come in the order of plans, by plan; set each one's bar."""
    groups = []
    for _plan, found in groupby(activities, key=lambda activity: activity.plan_id):
        of_the_plan = list(found)
        for activity in of_the_plan:
            activity.bar = build_bar(activity, window)  # type: ignore[attr-defined]
        groups.append((of_the_plan[0].plan, of_the_plan))
    return groups


def build_bar(activity: Activity, window: Window) -> Bar | None:
    """Return the activity's bar, or None if it has no date."""
    if activity.starts_on is None and activity.ends_on is None:
        return None
    start = window.at(activity.starts_on) if activity.starts_on else -1.0
    end = window.at(activity.ends_on) if activity.ends_on else 101.0
    late = min(window.at(window.today), 100) - max(end, 0) if activity.is_late(window.today) else 0.0
    if start > 100 or (end < 0 and late <= 0):  # noqa: PLR2004 - percent
        return Bar("0%", "0%", "0%", goes_on=start > 0, began_before=start < 0, is_outside=True)
    left, right = min(max(start, 0), 100), min(max(end, 0), 100)
    return Bar(
        start=_percent(left),
        width=_percent(max(right - left, 0.6)),
        end=_percent(right),
        late_width=_percent(late) if late > 0 else "",
        late_end=_percent(right + late),
        goes_on=end > 100,  # noqa: PLR2004
        began_before=start < 0,
    )


def build_legend() -> list[tuple[str, str, Bar]]:
    """Return the legend: for each shape a text, a status and a bar."""
    ongoing = Activity.Delivery.ONGOING.value
    late = Bar(start="5%", width="35%", end="40%", late_width="40%", late_end="80%")
    goes_on = Bar(start="5%", width="95%", end="100%", goes_on=True)
    began_before = Bar(start="0%", width="75%", end="75%", began_before=True)
    return [
        *((str(status.label), status.value, Bar("5%", "70%", "75%")) for status in Activity.Delivery),
        (_("Late: the planned end date has passed"), ongoing, late),
        (_("Continues after the years shown, or is continuous"), ongoing, goes_on),
        (_("Started before the years shown"), ongoing, began_before),
    ]


def _percent(value: float) -> str:
    """Format a percentage for SVG, never with a comma."""
    return f"{value:.1f}%"
