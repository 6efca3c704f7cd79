"""Snapshots of indicators, and the condition that one lacks current data."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import snapshots
from indicators.models import Indicator
from indicators.services import refresh_derived_fields
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, tzinfo=ZoneInfo("Europe/Stockholm"))


def test_frozen_says_all_that_the_page_shows_and_survives_json() -> None:
    indicator = factories.make_indicator(
        {2015: "70", 2016: "71.5", 2017: None}, {2025: "80"}, title_en="", by_gender=True
    )
    factories.make_value(indicator, 2016, "72", gender="K", status="preliminary")
    factories.make_value(indicator, 2016, "75", area=factories.make_area("0000"))

    kept = json.loads(json.dumps(snapshots.take_snapshot(indicator)))

    assert kept["title"] == {"sv": indicator.title_sv, "en": ""}
    assert kept["unit"] == {"sv": "procent", "en": "per cent"}
    assert kept["targets"] == [{"year": 2025, "value": "80"}]
    assert [(row["area"], row["year"], row["gender"], row["value"], row["status"]) for row in kept["values"]] == [
        ("0022", 2015, "T", "70", "final"),
        ("0022", 2016, "K", "72", "preliminary"),
        ("0022", 2016, "T", "71.5", "final"),
        ("0022", 2017, "T", None, "missing"),
        ("0000", 2016, "T", "75", "final"),
    ]
    assert kept["outcome"]["status"] == "on_way"
    assert kept["outcome"]["words"]["en"] == "On track to meet the target"
    assert (kept["outcome"]["by"], kept["outcome"]["signed_by"]) == ("rule", None)


def test_frozen_takes_the_judgement_of_a_person_and_keeps_that_of_the_rule() -> None:
    indicator = factories.make_indicator({2015: "70", 2016: "71.5"}, {2025: "80"})
    factories.make_override(indicator)

    outcome = snapshots.take_snapshot(indicator)["outcome"]

    assert (outcome["status"], outcome["by"], outcome["by_rule"]["status"]) == ("unknown", "person", "on_way")
    assert outcome["reason"] == {"sv": "Pandemin stör jämförelsen.", "en": "The pandemic disturbs the comparison."}
    assert outcome["signed_by"] == "Frida Bergman, samordnare"


def test_later_judgement_can_hand_back_to_the_rule() -> None:
    indicator = factories.make_indicator({2015: "70", 2016: "71.5"}, {2025: "80"})
    factories.make_override(indicator)
    factories.make_override(indicator, verdict="rule")

    indicator.refresh_from_db()
    assert (indicator.outcome, indicator.is_overridden) == ("on_way", False)
    assert indicator.overrides.count() == 2


def test_parts_are_read_in_as_many_queries_for_many() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert all(snapshots.take_snapshot(row) for row in Indicator.objects.published().with_parts())
        return len(queries)

    factories.make_indicator({2015: "70"}, {2025: "80"})
    one = count()
    for _n in range(10):
        factories.make_indicator({2015: "70"}, {2025: "80"})

    assert (count(), one) == (one, 5)


@pytest.mark.parametrize(
    ("latest", "lag", "lacks"), [(2024, 1, False), (2023, 1, True), (2023, 2, False), (2025, 0, False), (None, 1, True)]
)
def test_data_is_current_when_the_latest_year_that_should_be_there_is(latest, lag, lacks) -> None:
    indicator = factories.make_indicator({latest: "70"} if latest else {}, publication_lag=lag)

    found = Indicator.objects.filter(snapshots.lacks_current_data(NOW))

    assert list(found) == ([indicator] if lacks else [])


def test_missing_value_does_not_count_as_current() -> None:
    indicator = factories.make_indicator({2023: "70", 2024: None})

    assert indicator.latest_year == 2023
    assert list(Indicator.objects.filter(snapshots.lacks_current_data(NOW))) == [indicator]


def test_taking_stock_reads_the_values_that_hold() -> None:
    indicator = factories.make_indicator({2015: "70", 2016: "71"}, {2025: "80"})
    indicator.values.filter(year=2016).update(replaced_at=NOW)

    refresh_derived_fields(indicator)

    indicator.refresh_from_db()
    assert (indicator.latest_year, indicator.outcome) == (2015, "unknown")
