"""The delivery of goals' activities, counted in one place, so that every page has the same totals."""

from collections.abc import Iterable
from typing import NamedTuple

from actionplans.models import Activity, Contribution
from strategy.models import Goal


class Delivery(NamedTuple):
    """The number of published activities for a goal, by delivery status, and how many are late."""

    statuses: dict[str, int]
    late: int

    @property
    def total(self) -> int:
        return sum(self.statuses.values())


def count_deliveries(goals: Iterable[Goal]) -> dict[int, Delivery]:
    """Return the delivery of each goal's published activities, by the goals' keys, in one query."""
    deliveries = {goal.pk: Delivery({}, 0) for goal in goals}
    counted = Contribution.objects.filter(goal__in=deliveries).count_activities(
        Activity.objects.published(), "goal", "activity__delivery_status"
    )
    for goal, status, count, late in counted:
        before = deliveries[goal]
        deliveries[goal] = Delivery({**before.statuses, status: count}, before.late + late)
    return deliveries
