"""Outcomes and figures of indicators, for templates."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template
from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext_lazy

from indicators.models import Indicator
from indicators.outcome import Outcome
from indicators.snapshots import Snapshot, format_number
from indicators.tables import Table, make_table

register = template.Library()
COUNTED = {
    Outcome.REACHED: ngettext_lazy("%d target value reached", "%d target values reached"),
    Outcome.ON_WAY: ngettext_lazy("%d on track", "%d on track"),
    Outcome.OFF_WAY: ngettext_lazy("%d not on track", "%d not on track"),
    Outcome.UNKNOWN: ngettext_lazy("%d cannot be judged", "%d cannot be judged"),
}
"""How many indicators have each outcome, in the order of the page."""


@register.inclusion_tag("indicators/outcomes.html", name="outcomes")
def count_outcomes(indicators: Iterable[Indicator]) -> dict[str, Any]:
    """Return how many indicators have each outcome, in words. Never one percentage."""
    counts = Counter(indicator.outcome for indicator in indicators)
    return {"parts": [{"status": o.value, "words": words % counts[o]} for o, words in COUNTED.items() if counts[o]]}


@register.filter("latest")
def format_latest(indicator: Indicator) -> str:
    """Return the latest value as the page's language writes it."""
    return format_number(indicator.latest_value, indicator.decimals)


@register.filter("table")
def make_localized_table(frozen: Snapshot) -> Table:
    """Return the figures of a snapshot as a table in the page's language."""
    return make_table(frozen, get_language() or "sv")


@register.filter("drawn")
def get_chart(indicator: Model, field: str) -> SafeString:
    """Return the chart, or the sketch, in the page's own language: it exists in both, so there is no fallback."""
    return mark_safe(getattr(indicator, f"{field}_{get_language() or 'sv'}") or "")  # noqa: S308 - escaped when drawn
