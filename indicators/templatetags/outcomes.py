"""How it goes with what is measured, in words and shapes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template
from django.db.models import Model
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext_lazy

from indicators.models import Indicator
from indicators.outcome import Outcome
from indicators.snapshots import Frozen, written
from indicators.tables import Table
from indicators.tables import table as table_of

register = template.Library()
COUNTED = {
    Outcome.REACHED: ngettext_lazy("%d target value reached", "%d target values reached"),
    Outcome.ON_WAY: ngettext_lazy("%d on the way", "%d on the way"),
    Outcome.OFF_WAY: ngettext_lazy("%d not on the way", "%d not on the way"),
    Outcome.UNKNOWN: ngettext_lazy("%d cannot be judged", "%d cannot be judged"),
}
"""How many indicators have an outcome, in the order that they are told."""


@register.inclusion_tag("indicators/outcomes.html")
def outcomes(indicators: Iterable[Indicator]) -> dict[str, Any]:
    """How many indicators have come how far, in words. Never one percentage."""
    counts = Counter(indicator.outcome for indicator in indicators)
    return {"parts": [{"status": o.value, "words": words % counts[o]} for o, words in COUNTED.items() if counts[o]]}


@register.filter
def latest(indicator: Indicator) -> str:
    """The latest value as the page's language writes it."""
    return written(indicator.latest_value, indicator.decimals)


@register.filter
def table(frozen: Frozen) -> Table:
    """The figures of what was read, as a table in the page's language."""
    return table_of(frozen, get_language() or "sv")


@register.filter
def drawn(indicator: Model, field: str) -> SafeString:
    """The chart, or the sketch, in the page's own language: drawn in both, so neither stands in for the other."""
    return mark_safe(getattr(indicator, f"{field}_{get_language() or 'sv'}") or "")  # noqa: S308 - escaped when drawn
