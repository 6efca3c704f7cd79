"""The pages of organisations, and the feeds of activities."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from lxml import etree, html

from actionplans.models import Activity, Involvement, Organisation, StatusUpdate
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def report(activity: Activity, **given: Any) -> StatusUpdate:
    defaults = {"before": "planned", "after": "ongoing", "text_sv": "Vi har börjat.", "signed_by": "Anna Andersson"}
    return StatusUpdate.objects.create(activity=activity, **defaults | given)


def titles(client: Client, path: str) -> list[str]:
    feed = etree.fromstring(client.get(path).content)
    return [entry.findtext("a:title", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)]


@pytest.fixture
def town() -> Organisation:
    """Create a municipality that is responsible for a late activity, takes part in one and finances one."""
    town = factories.make_organisation(slug="kommunen", name="Kommunen")
    plan = factories.make_plan(slug="planen")
    yesterday = timezone.localdate() - timedelta(days=1)
    factories.make_activity(plan, title="Ansvar", responsible=town, ends_on=yesterday)
    factories.make_activity(plan, title="Med", participating=(town,), ends_on=yesterday)
    paid = factories.make_activity(plan, title="Betalar")
    paid.involvements.create(organisation=town, role=Involvement.Role.FINANCING, amount=250_000)
    factories.make_activity(plan, title="Hemlig", responsible=town, publication="draft", ends_on=yesterday)
    return town


@pytest.mark.usefixtures("town")
def test_organisation_shows_what_it_does_by_role_and_what_is_late(client: Client) -> None:
    page = html.document_fromstring(client.get("/organisationer/kommunen/").content.decode())

    sections = {
        section.xpath("normalize-space(h2)"): section.xpath(".//h3/a/text()")
        for section in page.xpath("//div[@class='main']/section")
    }
    assert sections == {
        "Så går det med det som organisationen ansvarar för": [],
        "Försenat just nu": ["Ansvar"],
        "Ansvarar för": ["Ansvar"],
        "Medverkar i": ["Med"],
        "Finansierar": ["Betalar"],
    }
    assert "250 000 kronor" in page.text_content().replace("\xa0", " ")


@pytest.mark.usefixtures("town")
def test_list_counts_what_is_published(client: Client) -> None:
    factories.make_organisation(name="Gör inget")

    page = html.document_fromstring(client.get("/organisationer/").content.decode())

    rows = [
        [str(words).strip() for words in row.xpath("*/text()")]
        for row in page.xpath("//div[contains(@class, 'site-map')]//li")
    ]
    assert rows == [["Kommunen", "ansvarar för 1, deltar i 3", "1 försenad"]]


def test_organisation_without_anything_public_says_so(client: Client) -> None:
    factories.make_activity(responsible=factories.make_organisation(slug="tyst"), publication="draft")

    page = client.get("/organisationer/tyst/").content.decode()

    assert "Organisationen har ingen publicerad aktivitet." in page
    assert client.get("/organisationer/finns-inte/").status_code == 404


def test_long_lists_are_cut_and_say_so(client: Client) -> None:
    town, plan = factories.make_organisation(slug="kommunen"), factories.make_plan()
    for _ in range(31):
        factories.make_activity(plan, responsible=town)

    page = html.document_fromstring(client.get("/organisationer/kommunen/").content.decode())

    assert len(page.xpath("//ul[@class='rows']/li")) == 30
    assert "31 aktiviteter varav 30 visas här" in " ".join(page.text_content().split())


def test_feeds_tell_of_new_activities_and_public_reports(client: Client) -> None:
    town, goal = factories.make_organisation(slug="kommunen"), factories.make_goal(slug="malet")
    plan = factories.make_plan(slug="planen", strategy=goal.strategy)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    activity = factories.make_activity(plan, goal=goal, responsible=town, title="Fiber", publish_from=start)
    hidden = factories.make_activity(plan, goal=goal, responsible=town, title="Hemlig", publication="draft")
    factories.make_activity(title="Någon annans")
    report(activity)
    report(activity, is_public=False, text_sv="Internt")
    report(hidden, text_sv="Hemligt")

    found = {
        path: titles(client, path)
        for path in ("/organisationer/kommunen/flode.xml", "/mal/malet/flode.xml", "/handlingsplaner/planen/flode.xml")
    }

    assert found == {path: ["Fiber: från planerad till pågår", "Ny aktivitet: Fiber"] for path in found}


def test_feed_is_valid_and_names_itself(client: Client) -> None:
    plan = factories.make_plan(slug="planen", title_en="The plan")
    activity = factories.make_activity(plan, slug="fiber", starts_on=date(2026, 1, 1))
    told = report(activity, before="ongoing", after="ongoing", text_en="All is well.")

    feed = etree.fromstring(client.get("/en/action-plans/planen/feed.xml").content)

    own = f"{settings.BASE_URL}/en/action-plans/planen/"
    assert feed.findtext("a:title", namespaces=ATOM) == "The plan – what happens in the activities"
    assert [link.get("href") for link in feed.findall("a:link[@rel='self']", ATOM)] == [f"{own}feed.xml"]
    first = feed.find("a:entry", ATOM)
    assert first is not None
    assert first.findtext("a:id", namespaces=ATOM) == f"{own}fiber/#report-{told.pk}"
    assert first.findtext("a:summary", namespaces=ATOM) == "All is well. Signed by Anna Andersson."
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert len(set(ids)) == len(ids) == 2


@pytest.mark.parametrize("path", ["/mal/x/flode.xml", "/handlingsplaner/x/flode.xml", "/organisationer/x/flode.xml"])
def test_feed_of_nothing_is_not_found(client: Client, path: str) -> None:
    factories.make_goal(slug="x", publication="draft")
    factories.make_plan(slug="x", publication="draft")

    assert client.get(path).status_code == 404
