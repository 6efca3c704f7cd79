"""The pages of programmes and calls, and the links to them from goals, plans and activities."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        yield


def texts(client: Client, path: str, xpath: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    found = html.document_fromstring(response.content.decode()).xpath(xpath)
    return [" ".join((one if isinstance(one, str) else one.text_content()).split()) for one in found]


def test_open_calls_come_first_and_close_soonest_first(client: Client) -> None:
    factories.make_call(title="Hela året", opens_on=TODAY - 9 * DAY)
    factories.make_call(title="Snart slut", opens_on=TODAY - DAY, closes_on=TODAY)
    factories.make_call(title="Senare", opens_on=TODAY, closes_on=TODAY + 9 * DAY)
    factories.make_call(title="Efter jul", opens_on=TODAY + 40 * DAY, closes_on=TODAY + 50 * DAY)
    factories.make_call(title="Efter advent", opens_on=TODAY + 30 * DAY, closes_on=TODAY + 99 * DAY)
    factories.make_call(title="Förbi", opens_on=TODAY - 9 * DAY, closes_on=TODAY - DAY)

    listed = texts(client, "/finansiering/", "//main//ul[@class='rows']//h3")

    assert listed == ["Snart slut", "Senare", "Hela året", "Efter advent", "Efter jul"]


@pytest.mark.parametrize(
    ("closes", "words"), [(TODAY, "stänger i dag"), (TODAY + DAY, "1 dag kvar"), (TODAY + 5 * DAY, "5 dagar kvar")]
)
def test_list_says_how_long_a_call_is_open(client: Client, closes: date, words: str) -> None:
    factories.make_call(opens_on=TODAY, closes_on=closes)

    assert words in texts(client, "/finansiering/", "//p[@class='meta']/span")


def test_programme_shows_terms_guidance_and_calls(client: Client) -> None:
    plan, goal = factories.make_plan(slug="planen"), factories.make_goal(slug="malet")
    contact = factories.make_staff(slug="personen")
    programme = factories.make_programme(
        slug="programmet", highest_rate=40, contact=contact, applicants=["civil_society", "municipality"]
    )
    factories.make_guidance(programme, plan=plan, how_sv="Så för planen.")
    factories.make_guidance(programme, goal=goal, how_sv="Så för målet.")
    call = factories.make_call(programme, opens_on=TODAY, closes_on=TODAY)

    page = "/finansiering/programmet/"

    facts = texts(client, page, "//dl[@class='facts']/dd")
    assert {"Kommuner", "Föreningar och andra i civilsamhället", "40 procent av kostnaderna"} <= set(facts)
    assert set(texts(client, page, "//main//a/@href")) >= {
        "/handlingsplaner/planen/",
        "/mal/malet/",
        call.get_calendar_url(),
        "/kontakt/personen/?about=%2Ffinansiering%2Fprogrammet%2F",
    }
    assert texts(client, page, f"//li[@id='{call.anchor}']//h3") == [call.title]
    assert "Så för målet." in texts(client, page, "//main//p")


def test_goal_plan_and_activity_lead_to_their_programmes(client: Client) -> None:
    strategy = factories.make_strategy()
    goal, plan = factories.make_goal(strategy, slug="malet"), factories.make_plan(strategy=strategy, slug="planen")
    activity = factories.make_activity(plan, goal=goal, slug="aktiviteten")
    programme = factories.make_programme(slug="programmet", activities=[activity])
    for thing in ({"goal": goal}, {"plan": plan}):
        factories.make_guidance(programme, how_sv="Så tjänar pengarna.", **thing)

    for page in ("/mal/malet/", "/handlingsplaner/planen/"):
        assert "/finansiering/programmet/" in texts(client, page, "//aside//a/@href")
        assert "Så tjänar pengarna." in texts(client, page, "//aside//p")
    assert "/finansiering/programmet/" in texts(client, "/handlingsplaner/planen/aktiviteten/", "//aside//a/@href")
    assert "/en/funding/programmet/" in texts(client, "/en/action-plans/planen/", "//aside//a/@href")


def test_former_address_of_a_programme_leads_on(client: Client) -> None:
    programme = factories.make_programme(slug="gammalt")
    programme.slug = "nytt"
    programme.save()

    response = client.get("/finansiering/gammalt/")

    assert (response.status_code, response["Location"]) == (301, "/finansiering/nytt/")


def test_swedish_text_on_an_english_page_says_so(client: Client) -> None:
    factories.make_call(factories.make_programme(slug="programmet", name_en=""), title_en="")

    assert texts(client, "/en/funding/programmet/", "//h1[@lang='sv']")
    assert texts(client, "/en/funding/programmet/", "//h3/span[@lang='sv']")
