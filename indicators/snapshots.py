"""Snapshots of indicators: all that pages, charts and files show of one, as plain data in both languages.

A follow-up keeps them as JSON and shows them again.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.formats import number_format
from modeltranslation.settings import AVAILABLE_LANGUAGES

from indicators.models import Gender, Indicator, IndicatorValue, OutcomeOverride
from indicators.outcome import RULE, Judgement, Outcome, judge_outcome

Snapshot = dict[str, Any]


def lacks_current_data(today: datetime | None = None, of: str = "") -> Q:
    """Return the condition that an indicator (or what `of` leads to) lacks its latest expected value.

    A year's value is expected within `publication_lag` years of the year's end, whether final or preliminary.
    """
    year = (today or timezone.localtime()).year
    return Q(**{f"{of}latest_year__isnull": True}) | Q(**{f"{of}latest_year__lt": year - 1 - F(f"{of}publication_lag")})


def could_not_be_fetched(of: str = "") -> Q:
    """Return the condition that the latest fetch of an indicator (or of what `of` leads to) failed."""
    return Q(**{f"{of}fetching__isnull": False}) & ~Q(**{f"{of}fetching__fault": ""})


def take_snapshot(indicator: Indicator) -> Snapshot:
    """Return all that an indicator shows now, as JSON data. Values are decimal numbers as strings, or None.

    Texts are `{"sv": …, "en": …}`, the English one empty if there is none; `pick_text` chooses.
    """
    areas = list(indicator.areas.all())
    return {
        "slug": indicator.slug,
        **{name: _both(indicator, name) for name in ("title", "summary", "unit", "method", "limits", "producer")},
        "decimals": indicator.decimals,
        "direction": indicator.direction,
        "baseline_year": indicator.baseline_year,
        "by_gender": indicator.by_gender,
        "is_proxy": indicator.is_proxy,
        "is_example": indicator.is_example,
        "source": {"name": _both(indicator, "source_name"), "link": indicator.source_link},
        "areas": [{"code": area.code, "name": _both(area, "name")} for area in areas],
        "targets": [{"year": row.year, "value": format_plain(row.value)} for row in indicator.targets.all()],
        "values": [
            {
                "year": row.year,
                "area": row.area.code,
                "gender": row.gender,
                "value": None if row.value is None else format_plain(row.value),
                "status": row.status,
            }
            for row in current_values(indicator)
        ],
        "outcome": _outcome(indicator),
        "as_of": timezone.now().isoformat(timespec="seconds"),
    }


def current_values(indicator: Indicator) -> list[IndicatorValue]:
    """Return the current values of the areas shown, as prefetched by `IndicatorQuerySet.with_parts` or fetched here."""
    found = getattr(indicator, "current_values", None)
    if found is None:
        found = list(indicator.values.current().select_related("area"))
    shown = {area.pk for area in indicator.areas.all()}
    return [row for row in found if row.area_id in shown and (indicator.by_gender or row.gender == Gender.TOTAL)]


def get_judged_series(indicator: Indicator) -> dict[int, Decimal]:
    """Return the totals of the first area by year; missing values are left out."""
    first = next(iter(indicator.areas.all()), None)
    return {
        row.year: row.value
        for row in current_values(indicator)
        if first and row.area_id == first.pk and row.gender == Gender.TOTAL and row.value is not None
    }


def judge_indicator(indicator: Indicator) -> Judgement:
    """Return the rule's verdict on the current values."""
    targets = [(row.year, row.value) for row in indicator.targets.all()]
    return judge_outcome(indicator.direction, indicator.baseline_year, get_judged_series(indicator), targets)


def find_override(indicator: Indicator) -> OutcomeOverride | None:
    """Return the latest judgement by a person, unless that gives the word back to the rule."""
    latest = next(iter(indicator.overrides.all()), None)
    return None if latest is None or latest.verdict == OutcomeOverride.Verdict.BY_RULE else latest


def pick_text(texts: dict[str, str], language: str) -> str:
    """Return the text in a language, or else the Swedish one."""
    return texts.get(language) or texts["sv"]


def format_number(value: str | Decimal | None, decimals: int) -> str:
    """Return a number in the page's format. A missing one is empty, never zero."""
    return "" if value is None else str(number_format(Decimal(value), decimals, use_l10n=True, force_grouping=True))


def format_plain(value: Decimal) -> str:
    """Return a decimal number without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _outcome(indicator: Indicator) -> dict[str, Any]:
    by_rule, override = judge_indicator(indicator), find_override(indicator)
    outcome = Outcome(override.verdict) if override else by_rule.outcome
    return {
        "status": outcome.value,
        "words": _in_languages(outcome.label),
        "by": "person" if override else "rule",
        "rule": _in_languages(RULE),
        "by_rule": {"status": by_rule.outcome.value, "words": _in_languages(by_rule.outcome.label)},
        "target_year": by_rule.target_year,
        "target": None if by_rule.target is None else format_plain(by_rule.target),
        "reason": _both(override, "reason") if override else None,
        "signed_by": override.signed_by if override else None,
        "signed_at": override.signed_at.isoformat(timespec="seconds") if override else None,
    }


def _both(thing: Any, field: str) -> dict[str, str]:
    return {language: getattr(thing, f"{field}_{language}") or "" for language in AVAILABLE_LANGUAGES}


def _in_languages(words: Any) -> dict[str, str]:
    """Return a text of the portal's own in both languages."""
    texts = {}
    for language in AVAILABLE_LANGUAGES:
        with translation.override(language):
            texts[language] = str(words)
    return texts
