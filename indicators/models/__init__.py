"""Indicators: measures of whether the county moves towards its goals."""

from indicators.models.indicators import Area, Direction, Indicator, IndicatorQuerySet, Source
from indicators.models.outcomes import Fetching, OutcomeOverride
from indicators.models.values import Gender, IndicatorTarget, IndicatorValue, ValueStatus

__all__ = [
    "Area",
    "Direction",
    "Fetching",
    "Gender",
    "Indicator",
    "IndicatorQuerySet",
    "IndicatorTarget",
    "IndicatorValue",
    "OutcomeOverride",
    "Source",
    "ValueStatus",
]
