"""The delivery of goals' activities, counted in one place, so that every page has the same totals."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q

from strategy.models import Goal


class Delivery(NamedTuple):
    """The number of published activities for a goal, by delivery status, and how many are late."""

    statuses: dict[str, int]
    late: int

    @property
    def total(self) -> int:
        return sum(self.statuses.values())


def with_deliveries(goals: Iterable[Goal]) -> list[Goal]:
    """Return the goals, each with its `delivery`, in one more query.

    An activity counts once for a goal, however many of its priorities it serves.
    """
    listed = list(goals)
    contributions: Any = Goal.contributions.rel.related_model
    activities: Any = Goal.activities.rel.related_model
    published = activities.objects.published().order_by()
    is_late = Q(activity__in=published.late().values("pk"))
    counted = (
        contributions.objects.filter(goal__in=[goal.pk for goal in listed], activity__in=published.values("pk"))
        .order_by()
        .values("goal", "activity__delivery_status")
        .annotate(count=Count("activity", distinct=True), late=Count("activity", distinct=True, filter=is_late))
        .values_list("goal", "activity__delivery_status", "count", "late")
    )
    deliveries: dict[int, Delivery] = {goal.pk: Delivery({}, 0) for goal in listed}
    for goal, status, count, late in counted:
        before = deliveries[goal]
        deliveries[goal] = Delivery({**before.statuses, status: count}, before.late + late)
    for goal in listed:
        goal.delivery = deliveries[goal.pk]  # type: ignore[attr-defined]
    return listed
