"""What machines read: the site map, robots.txt and the Atom feed."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree

from tests import factories

pytestmark = pytest.mark.django_db
MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}
LISTS = {
    "/": "/en/",
    "/mal/": "/en/goals/",
    "/mal/matris/": "/en/goals/matrix/",
    "/handlingsplaner/": "/en/action-plans/",
    "/aktiviteter/": "/en/activities/",
    "/organisationer/": "/en/organisations/",
    "/dokument/": "/en/documents/",
    "/sok/": "/en/search/",
    "/nyheter/": "/en/news/",
    "/kontakt/": "/en/contact/",
    "/diarium/": "/en/registry/",
    "/indikatorer/": "/en/indicators/",
    "/uppfoljning/": "/en/follow-up/",
    "/uppfoljning/jamfor/": "/en/follow-up/compare/",
    "/finansiering/": "/en/funding/",
    "/passar-mitt-projekt/": "/en/does-my-project-fit/",
    "/andringar/": "/en/changes/",
    "/webbkarta/": "/en/sitemap/",
    "/tillganglighet/": "/en/accessibility/",
    "/personuppgifter/": "/en/privacy/",
}


def site_map(client: Client) -> dict[str, dict[str, str]]:
    """Each address of the map, with the addresses of the page by language."""
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    return {
        path(entry.findtext("s:loc", namespaces=MAP)): {
            link.get("hreflang"): path(link.get("href")) for link in entry.findall("x:link", MAP)
        }
        for entry in etree.fromstring(response.content).findall("s:url", MAP)
    }


def path(url: str | None) -> str:
    assert url is not None
    assert url.startswith(f"{settings.BASE_URL}/")
    return url.removeprefix(settings.BASE_URL)


def test_site_map_names_every_list_and_its_twin(client: Client) -> None:
    twins = LISTS | {english: swedish for swedish, english in LISTS.items()}

    found = site_map(client)

    assert found.keys() == twins.keys()
    for swedish, english in LISTS.items():
        assert found[swedish] == found[english] == {"sv": swedish, "en": english}


def test_site_map_names_everything_published_in_both_languages(client: Client) -> None:
    activity = factories.make_activity(
        factories.make_plan(slug="plan"), slug="fiber", responsible=factories.make_organisation(slug="kommunen")
    )
    factories.make_organisation(slug="gor-inget")
    factories.make_goal(activity.plan.strategy, slug="malet")
    factories.make_document(slug="dokumentet")
    factories.make_indicator(slug="indikatorn")
    factories.make_news(slug="nyheten")
    factories.make_staff(slug="personen")
    factories.make_registrar()
    before = LISTS.keys() | set(LISTS.values())

    found = site_map(client)

    strategy = activity.plan.strategy.slug
    assert found.keys() - before == {
        *(f"/strategi/{strategy}/", f"/en/strategy/{strategy}/"),
        *("/mal/malet/", "/en/goals/malet/"),
        *("/handlingsplaner/plan/", "/en/action-plans/plan/"),
        *("/handlingsplaner/plan/fiber/", "/en/action-plans/plan/fiber/"),
        *("/indikatorer/indikatorn/", "/en/indicators/indikatorn/"),
        *("/organisationer/kommunen/", "/en/organisations/kommunen/"),
        *("/dokument/dokumentet/", "/en/documents/dokumentet/"),
        *("/nyheter/nyheten/", "/en/news/nyheten/"),
        *("/kontakt/personen/", "/en/contact/personen/"),
    }
    assert found["/mal/malet/"] == {"sv": "/mal/malet/", "en": "/en/goals/malet/"}


def test_robots_may_read_everything_but_the_staffs_pages_and_receipts(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /kontakt/tack/",
        "Disallow: /en/contact/thanks/",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]


def test_feed_is_valid_atom_with_the_newest_first(client: Client) -> None:
    factories.make_news(slug="gammal", title="Förra <året> & nu", publish_from=datetime(2026, 1, 1, tzinfo=UTC))
    factories.make_news(slug="ny", publish_from=datetime(2026, 2, 1, 12, 0, tzinfo=UTC))

    response = client.get("/nyheter/flode.xml")

    feed = etree.fromstring(response.content)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "sv"
    assert feed.findtext("a:title", namespaces=ATOM) == "Nyheter från Utveckling Västernorrland"
    own = f"{settings.BASE_URL}/nyheter/flode.xml"
    assert [link.get("href") for link in feed.findall("a:link[@rel='self']", ATOM)] == [own]
    entries = feed.findall("a:entry", ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert ids == [f"{settings.BASE_URL}/nyheter/ny/", f"{settings.BASE_URL}/nyheter/gammal/"]
    assert entries[1].findtext("a:title", namespaces=ATOM) == "Förra <året> & nu"
    assert entries[0].findtext("a:published", namespaces=ATOM) == "2026-02-01T12:00:00+00:00"
    for part in [feed, *entries]:
        for needed in ("title", "id", "updated"):
            assert part.findtext(f"a:{needed}", namespaces=ATOM), needed


def test_feed_is_english_under_en(client: Client) -> None:
    factories.make_news(slug="ny", title_en="A forum")

    feed = etree.fromstring(client.get("/en/news/feed.xml").content)

    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert feed.findtext("a:entry/a:title", namespaces=ATOM) == "A forum"
    assert feed.findtext("a:entry/a:id", namespaces=ATOM) == f"{settings.BASE_URL}/en/news/ny/"


def test_feed_and_list_hold_so_many(client: Client) -> None:
    for _ in range(21):
        factories.make_news()

    feed = etree.fromstring(client.get("/nyheter/flode.xml").content)
    pages = [client.get("/nyheter/", {"page": page}).context["page"] for page in (1, 2, 3, "x", 99)]

    assert len(feed.findall("a:entry", ATOM)) == 20
    assert [(page.number, len(page)) for page in pages] == [(1, 10), (2, 10), (3, 1), (1, 10), (3, 1)]
