"""How many activities stand where."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import ngettext_lazy

from actionplans.models import Activity

register = template.Library()
COUNTED = {
    Activity.Delivery.PLANNED: ngettext_lazy("%d planned", "%d planned"),
    Activity.Delivery.ONGOING: ngettext_lazy("%d ongoing", "%d ongoing"),
    Activity.Delivery.DONE: ngettext_lazy("%d done", "%d done"),
    Activity.Delivery.PAUSED: ngettext_lazy("%d paused", "%d paused"),
    Activity.Delivery.CANCELLED: ngettext_lazy("%d cancelled", "%d cancelled"),
    Activity.Delivery.MERGED: ngettext_lazy("%d merged", "%d merged"),
}
"""How many activities have a status, in the order of the bar."""


@register.inclusion_tag("actionplans/delivery.html")
def delivery(activities: Iterable[Activity]) -> dict[str, Any]:
    """A bar with one part for each delivery status, and the same in words. Never one percentage."""
    activities = list(activities)
    counts = Counter(activity.delivery_status for activity in activities)
    parts, start = [], 0
    for status, words in COUNTED.items():
        if count := counts[status]:
            parts.append({"status": status.value, "words": words % count, "count": count, "start": start})
            start += count
    return {"parts": parts, "total": start, "late": sum(activity.is_late() for activity in activities)}
