"""The demo's indicators, with ten years of made-up figures each. Existing ones are left alone."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from contacts.models import StaffMember
from indicators.models import Area, Fetching, Indicator, IndicatorValue, OutcomeOverride, ValueStatus
from indicators.services import refresh_derived_fields
from strategy.models import Goal

FIRST_YEAR = 2015
ENTERED = timezone.make_aware(datetime(2026, 1, 20, 8))  # noqa: DTZ001 - made aware at once


def load_indicators(published: dict[str, Any]) -> None:
    """Create the missing indicators, with an editor's checks, published like the rest of the demo."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for row in content["area"]:
        if not Area.objects.filter(code=row["code"]).exists():
            _save(Area(**row))
    for position, row in enumerate(content["indicator"], 1):
        if not Indicator.objects.filter(slug=row["slug"]).exists():
            _load(row | {"position": position}, published)


def _load(row: dict[str, Any], published: dict[str, Any]) -> None:
    parts = {name: row.pop(name, None) for name in ("goals", "targets", "values", "failing", "override")}
    marked, replaced = row.pop("marked", []), row.pop("replaced", [])
    owner = StaffMember.objects.get(slug=row.pop("owner"))
    extra = {"owner": owner, "baseline_year": FIRST_YEAR, "is_example": True}
    indicator = _save(Indicator(**row | extra | published))
    indicator.goals.set(Goal.objects.filter(slug__in=parts["goals"]))
    areas = {area.code: area for area in Area.objects.filter(code__in=parts["values"])}
    indicator.areas.set(areas.values())
    for year, value in parts["targets"].items():
        indicator.targets.create(year=int(year), value=Decimal(value))
    statuses = {(mark["area"], mark["year"]): mark["status"] for mark in marked}
    IndicatorValue.objects.bulk_create(_values(indicator, parts["values"], areas, statuses))
    for old in replaced:
        old |= {"area": areas[old["area"]], "replaced_at": timezone.make_aware(old["replaced_at"])}
        indicator.values.create(entered_at=ENTERED, **old)
    if failing := parts["failing"]:
        times = {name: timezone.make_aware(failing.pop(name)) for name in ("succeeded_at", "failed_at")}
        Fetching.objects.create(indicator=indicator, **failing, **times)
    if override := parts["override"]:
        signed_at = timezone.make_aware(override.pop("signed_at"))
        _save(OutcomeOverride(indicator=indicator, signed_at=signed_at, author=owner.user, **override))
    refresh_derived_fields(indicator)


def _values(
    indicator: Indicator, rows: dict[str, Any], areas: dict[str, Area], statuses: dict[tuple[str, int], str]
) -> Iterator[IndicatorValue]:
    for code, by_gender in rows.items():
        for gender, values in by_gender.items():
            for year, value in enumerate(values, FIRST_YEAR):
                given = statuses.get((code, year), ValueStatus.FINAL) if value else ValueStatus.MISSING
                yield IndicatorValue(
                    indicator=indicator,
                    area=areas[code],
                    gender=gender,
                    year=year,
                    value=Decimal(value) if value else None,
                    status=given,
                    entered_at=ENTERED,
                )


def _save(thing: Any) -> Any:
    thing.full_clean()
    thing.save()
    return thing
