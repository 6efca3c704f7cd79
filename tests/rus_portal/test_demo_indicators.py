"""The demo's indicators: eight, with ten years each, created once, and with every state of an indicator."""

import pytest
from django.test import Client

from contacts.models import StaffMember
from indicators.fetcher import find_fetchable
from indicators.models import Indicator, IndicatorValue
from indicators.snapshots import could_not_be_fetched, lacks_current_data
from rus_portal.demo.indicators import load_indicators
from rus_portal.demo.loader import PUBLISHED, load_logins, load_staff, load_strategy
from strategy.models import Goal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> None:
    load_logins()
    load_staff()
    load_strategy()
    load_indicators(PUBLISHED)


def test_demo_has_eight_indicators_of_ten_years_for_the_four_goals(demo: None) -> None:
    load_indicators(PUBLISHED)

    assert Indicator.objects.published().filter(is_example=True).count() == Indicator.objects.count() == 8
    assert [goal.indicators.count() >= 2 for goal in Goal.objects.all()] == [True] * 4
    for indicator in Indicator.objects.all():
        years = set(indicator.values.current().values_list("year", flat=True))
        assert (indicator.slug, years) == (indicator.slug, set(range(2015, 2025)))
    assert Indicator.objects.filter(by_gender=True, values__gender="K").distinct().count() == 4
    assert {row.outcome for row in Indicator.objects.all()} == {"reached", "on_way", "off_way", "unknown"}


def test_demo_shows_what_can_happen_to_an_indicator(demo: None) -> None:
    assert [row.slug for row in Indicator.objects.filter(could_not_be_fetched())] == ["sysselsattningsgrad"]
    assert [row.slug for row in Indicator.objects.filter(is_overridden=True)] == ["skillnad-i-sysselsattning"]
    assert "forskning-och-utveckling" in {row.slug for row in Indicator.objects.filter(lacks_current_data())}
    assert IndicatorValue.objects.current().filter(status="preliminary").count() == 2
    assert IndicatorValue.objects.current().filter(status="missing").count() == 4
    assert IndicatorValue.objects.revisions().count() == 1


def test_demo_fault_stands_on_the_coordinators_desk(demo: None, client: Client) -> None:
    client.force_login(StaffMember.objects.get(slug="frida-bergman").user)

    assert "Servern svarade inte." in client.get("/admin/").content.decode()


def test_made_up_figures_are_never_fetched(demo: None, settings: object) -> None:
    settings.KOLADA_URL = settings.SCB_URL = "http://127.0.0.1:1"  # type: ignore[attr-defined]
    real = factories.make_indicator(source_kind="kolada", kpi="N00945")

    assert list(find_fetchable()) == [real]
