"""Saving figures: a changed value leaves the old one as a revision, and derived fields are refreshed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from modeltranslation.settings import AVAILABLE_LANGUAGES

from indicators import charts, snapshots
from indicators.models import Area, Indicator, IndicatorValue
from indicators.readers.figures import Figure

Key = tuple[int, int, str]


@transaction.atomic
def store_figures(indicator: Indicator, figures: Iterable[Figure]) -> int:
    """Make these the current values, all or none. Return how many were new or changed.

    Unchanged values are left alone; changed ones stay as revisions with the time of replacement.
    """
    Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    areas = dict(Area.objects.values_list("code", "pk"))
    held = {(row.area_id, row.year, row.gender): row for row in indicator.values.current()}
    replaced, new, now = [], [], timezone.now()
    for figure in figures:
        key = (areas[figure.area], figure.year, figure.gender)
        row = held.get(key)
        if row is not None and (row.value, row.status) == (figure.value, figure.status):
            continue
        if row is not None:
            replaced.append(row.pk)
        new.append(_value(indicator, key, figure, now))
    indicator.values.filter(pk__in=replaced).update(replaced_at=now)
    IndicatorValue.objects.bulk_create(new)
    if new:
        refresh_derived_fields(indicator)
    return len(new)


def replace_value(old: IndicatorValue, new: IndicatorValue | None) -> None:
    """Turn a value into a revision, and save another, if any, in its place."""
    now = timezone.now()
    IndicatorValue.objects.filter(pk=old.pk, replaced_at=None).update(replaced_at=now)
    if new is not None:
        new.pk, new.entered_at, new.replaced_at = None, now, None
        new.save(force_insert=True)


@transaction.atomic
def refresh_derived_fields(indicator: Indicator) -> None:
    """Recalculate what lists and pages show of the current values: outcome, latest value, charts."""
    Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    fresh = Indicator.objects.with_parts().get(pk=indicator.pk)
    seen = snapshots.take_snapshot(fresh)
    series = snapshots.get_judged_series(fresh)
    latest = max(series, default=None)
    found = {
        "outcome": seen["outcome"]["status"],
        "is_overridden": seen["outcome"]["by"] == "person",
        "latest_year": latest,
        "latest_value": None if latest is None else series[latest],
        "updated_at": timezone.now(),
        **{f"chart_{language}": charts.draw_chart(seen, language) for language in AVAILABLE_LANGUAGES},
        **{f"sketch_{language}": charts.draw_chart(seen, language, whole=False) for language in AVAILABLE_LANGUAGES},
    }
    Indicator.objects.filter(pk=indicator.pk).update(**found)


def _value(indicator: Indicator, key: Key, figure: Figure, now: datetime) -> IndicatorValue:
    area, year, gender = key
    return IndicatorValue(
        indicator=indicator,
        area_id=area,
        year=year,
        gender=gender,
        value=figure.value,
        status=figure.status,
        entered_at=now,
    )
