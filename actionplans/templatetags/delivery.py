"""How many activities stand where."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template

from actionplans.models import Activity

register = template.Library()


@register.inclusion_tag("actionplans/delivery.html")
def delivery(activities: Iterable[Activity]) -> dict[str, Any]:
    """A bar with one part for each delivery status, and the same in words. Never one percentage."""
    activities = list(activities)
    counts = Counter(activity.delivery_status for activity in activities)
    parts, start = [], 0
    for status in Activity.Delivery:
        if counts[status]:
            parts.append({"status": status.value, "label": status.label, "count": counts[status], "start": start})
            start += counts[status]
    return {"parts": parts, "total": start, "late": sum(activity.is_late() for activity in activities)}
