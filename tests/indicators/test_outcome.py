"""The rule that judges whether a development is on the way: examples, and properties that hold for all figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.outcome import Outcome, judge_outcome

YEARS = st.integers(2011, 2030)
AMOUNTS = st.decimals(-1000, 1000, places=2)
SERIES = st.dictionaries(YEARS, AMOUNTS, max_size=12)
TARGETS = st.dictionaries(YEARS, AMOUNTS, max_size=3)
DIRECTIONS = st.sampled_from(["higher", "lower", "neither"])


def figures(**values: str) -> dict[int, Decimal]:
    return {int(year.removeprefix("y")): Decimal(value) for year, value in values.items()}


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({2015: 70, 2018: 73}, Outcome.ON_WAY),  # on the line from 70 to 80 in ten years
        ({2015: 70, 2018: 72}, Outcome.OFF_WAY),
        ({2015: 70, 2016: 72, 2017: 73, 2018: 72}, Outcome.ON_WAY),  # the mean is above, though the last is below
        ({2015: 70, 2018: 80}, Outcome.REACHED),
        ({2015: 70, 2025: 79}, Outcome.OFF_WAY),  # the target's year is here
        ({2015: 70, 2026: 80}, Outcome.REACHED),
        ({2015: 70}, Outcome.UNKNOWN),
        ({2016: 70, 2018: 72}, Outcome.UNKNOWN),  # no value for the baseline year
    ],
)
def test_values_are_judged_against_the_line_to_the_target(values: dict[int, int], outcome: Outcome) -> None:
    decimals = {year: Decimal(value) for year, value in values.items()}

    assert judge_outcome("higher", 2015, decimals, [(2025, Decimal(80))]).outcome == outcome


def test_next_target_is_the_one_that_counts() -> None:
    targets = [(2030, Decimal(90)), (2020, Decimal(72))]
    until_2019, until_2021 = figures(y2015="70", y2019="73"), figures(y2015="70", y2019="73", y2021="74")

    assert judge_outcome("higher", 2015, until_2019, targets)[:2] == (Outcome.REACHED, 2020)
    assert judge_outcome("higher", 2015, until_2021, targets)[:2] == (Outcome.OFF_WAY, 2030)


def test_target_in_the_wrong_direction_cannot_be_judged() -> None:
    assert (
        judge_outcome("lower", 2015, figures(y2015="70", y2016="71"), [(2025, Decimal(80))]).outcome == Outcome.UNKNOWN
    )


def test_value_on_the_line_is_on_the_way_whatever_the_fractions() -> None:
    values = figures(y2015="0", y2016="0.1", y2017="0.2", y2018="0.3")

    assert judge_outcome("higher", 2015, values, [(2022, Decimal("0.7"))]).outcome == Outcome.ON_WAY


@given(DIRECTIONS, YEARS, SERIES, TARGETS)
def test_every_set_of_figures_gets_one_of_the_outcomes(direction, baseline, values, targets) -> None:
    assert judge_outcome(direction, baseline, values, targets.items()).outcome in Outcome


@given(YEARS, SERIES, TARGETS)
def test_no_direction_is_never_judged(baseline, values, targets) -> None:
    assert judge_outcome("neither", baseline, values, targets.items()).outcome == Outcome.UNKNOWN


@given(DIRECTIONS, YEARS, SERIES, TARGETS)
def test_turning_everything_upside_down_changes_nothing(direction, baseline, values, targets) -> None:
    mirrored = {"higher": "lower", "lower": "higher", "neither": "neither"}[direction]
    down = judge_outcome(
        mirrored, baseline, {year: -value for year, value in values.items()}, [(y, -v) for y, v in targets.items()]
    )

    assert down.outcome == judge_outcome(direction, baseline, values, targets.items()).outcome


@given(YEARS, SERIES, TARGETS, AMOUNTS)
def test_moving_all_figures_alike_changes_nothing(baseline, values, targets, step) -> None:
    moved = judge_outcome(
        "higher",
        baseline,
        {year: value + step for year, value in values.items()},
        [(y, v + step) for y, v in targets.items()],
    )

    assert moved.outcome == judge_outcome("higher", baseline, values, targets.items()).outcome


@given(YEARS, SERIES, TARGETS, st.decimals(0, 500, places=2))
def test_better_latest_value_never_makes_the_outcome_worse(baseline, values, targets, gain) -> None:
    order = [Outcome.OFF_WAY, Outcome.ON_WAY, Outcome.REACHED]
    later = [year for year in values if year > baseline]
    before = judge_outcome("higher", baseline, values, targets.items()).outcome
    better = values | ({max(later): values[max(later)] + gain} if later else {})
    after = judge_outcome("higher", baseline, better, targets.items()).outcome

    assert (before, after) == (Outcome.UNKNOWN, Outcome.UNKNOWN) or order.index(after) >= order.index(before)
