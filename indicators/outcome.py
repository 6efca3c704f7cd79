"""Whether a development is on the way to its target: one rule for every indicator.

A straight line leads from the value of the baseline year to the next target. The mean of the latest three values
after the baseline year is compared with the mean of the line in the same years, so that a single odd year does not
decide. A target that is met is reached; one whose year has passed without that is not on the way.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

YEARS_COMPARED = 3


class Outcome(models.TextChoices):
    """How far the values have come towards the target."""

    REACHED = "reached", pgettext_lazy("outcome", "The target is reached")
    ON_WAY = "on_way", pgettext_lazy("outcome", "On track to meet the target")
    OFF_WAY = "off_way", pgettext_lazy("outcome", "Not on track to meet the target")
    UNKNOWN = "unknown", pgettext_lazy("outcome", "Cannot be judged")


RULE = _(
    "A straight line is drawn from the value in the baseline year to the next target. The mean of the latest three "
    "values after the baseline year is compared with the mean of the line for the same years. If it is at least as "
    "good as the line, the indicator is on track. If the latest value is at least as good as the target, the "
    "target is reached. If the target year has passed without that, the indicator is not on track. Without a value "
    "for the baseline year, a later value and a target in the right direction, it cannot be judged."
)


class Judgement(NamedTuple):
    """The rule's verdict, and the target it was judged against."""

    outcome: Outcome
    target_year: int | None = None
    target: Decimal | None = None
    years: tuple[int, ...] = ()
    mean: Fraction | None = None
    mean_of_line: Fraction | None = None


def judge_outcome(
    direction: str, baseline_year: int, values: Mapping[int, Decimal], targets: Iterable[tuple[int, Decimal]]
) -> Judgement:
    """Apply the rule to the values by year; missing ones are left out."""
    later = sorted(year for year in values if year > baseline_year)
    ahead = sorted((year, value) for year, value in targets if year > baseline_year)
    baseline = values.get(baseline_year)
    sign = {"higher": 1, "lower": -1}.get(direction)
    if sign is None or baseline is None or not later or not ahead:
        return Judgement(Outcome.UNKNOWN)
    target_year, target = next(((year, value) for year, value in ahead if year >= later[-1]), ahead[-1])
    if sign * (target - baseline) < 0:
        return Judgement(Outcome.UNKNOWN, target_year, target)
    years = tuple(later[-YEARS_COMPARED:])
    slope = Fraction(target - baseline) / (target_year - baseline_year)  # exact: a value on the line is on the way
    mean = sum((Fraction(values[year]) for year in years), Fraction()) / len(years)
    mean_of_line = sum((Fraction(baseline) + slope * (year - baseline_year) for year in years), Fraction()) / len(years)
    if sign * (values[years[-1]] - target) >= 0:
        outcome = Outcome.REACHED
    elif years[-1] >= target_year or sign * (mean - mean_of_line) < 0:
        outcome = Outcome.OFF_WAY
    else:
        outcome = Outcome.ON_WAY
    return Judgement(outcome, target_year, target, years, mean, mean_of_line)
