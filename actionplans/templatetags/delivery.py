"""A bar of how many activities have which delivery status."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import ngettext_lazy

from actionplans.amounts import format_kronor
from actionplans.models import Activity

register = template.Library()
register.filter("in_kronor", format_kronor)
COUNTED = {
    Activity.Delivery.PLANNED: ngettext_lazy("%d planned", "%d planned"),
    Activity.Delivery.ONGOING: ngettext_lazy("%d ongoing", "%d ongoing"),
    Activity.Delivery.DONE: ngettext_lazy("%d done", "%d done"),
    Activity.Delivery.PAUSED: ngettext_lazy("%d paused", "%d paused"),
    Activity.Delivery.CANCELLED: ngettext_lazy("%d cancelled", "%d cancelled"),
    Activity.Delivery.MERGED: ngettext_lazy("%d merged", "%d merged"),
}
"""The words for how many activities have a status, in the order of the bar."""


@register.inclusion_tag("actionplans/delivery.html")
def delivery(activities: Iterable[Activity]) -> dict[str, Any]:
    """A bar with a part for each delivery status, and the same in words; never a percentage."""
    activities = list(activities)
    return _bar(Counter(a.delivery_status for a in activities), late=sum(a.is_late() for a in activities))


@register.inclusion_tag("actionplans/delivery.html")
def delivery_of_counts(counts: Mapping[str, int], late: int) -> dict[str, Any]:
    """The same for counts."""
    return _bar(Counter(counts), late)


def _bar(counts: Counter[str], late: int) -> dict[str, Any]:
    parts, start = [], 0
    for status, words in COUNTED.items():
        if count := counts[status]:
            parts.append({"status": status.value, "words": words % count, "count": count, "start": start})
            start += count
    return {"parts": parts, "total": start, "late": late}
