"""Unpublished things appear nowhere: on no page, in no feed or data file, at no address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from funding.models import FundingProgramme
from publishing.models import Publication, Publishable
from strategy.models import Strategy
from tests import factories
from tests.crawling import Answer, crawl

pytestmark = pytest.mark.django_db
MARK = "Hemligstämplat"
SITE = "http://testserver"
STARTS = [
    "/",
    "/en/",
    "/sitemap.xml",
    "/nyheter/flode.xml",
    "/en/news/feed.xml",
    "/aktiviteter/",
    "/mal/",
    "/strategi/",
    "/finansiering/utlysningar.ics",
    "/passar-mitt-projekt/?idea=bredband",
    "/en/does-my-project-fit/?idea=broadband",
]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def unpublished_states() -> dict[str, dict[str, Any]]:
    """Return every state in which something is not public."""
    now, day = timezone.now(), timedelta(days=1)
    published = {"publication": Publication.PUBLISHED}
    return {
        "draft": {"publication": Publication.DRAFT},
        "in review": {"publication": Publication.REVIEW},
        "withdrawn": {"publication": Publication.ARCHIVED},
        "expired": published | {"publish_from": now - 2 * day, "publish_until": now - day},
        "in the future": published | {"publish_from": now + day},
    }


@dataclass
class House:
    """One published thing of each kind, for unpublished ones to belong to."""

    strategy: Any
    goal: Any
    plan: Any
    activity: Any
    staff: Any


@pytest.fixture
def house() -> House:
    cache.clear()
    factories.make_registrar()
    strategy = factories.make_strategy(slug="strategin")
    goal = factories.make_goal(strategy)
    staff = factories.make_staff()
    plan = factories.make_plan(strategy=strategy, coordinators=[staff])
    activity = factories.make_activity(plan, goal=goal, contact=staff)
    factories.make_news()
    factories.make_document()
    factories.make_theme_words(plan.theme)
    programme = factories.make_programme(slug="programmet", themes=[plan.theme], activities=[activity])
    factories.make_guidance(programme, goal=goal)
    factories.make_call(programme)
    return House(strategy, goal, plan, activity, staff)


def hidden_things(house: House, state: dict[str, Any]) -> list[str]:
    """Make one hidden thing of every kind, tied to what is published, and return the addresses they would have."""
    hidden = {"title": MARK} | state
    staff = factories.make_staff(name=MARK, area=MARK, slug="hemlig-person", **state)
    document = factories.make_document(
        versions=2, slug="hemligt-dokument", summary=MARK, responsible=house.staff, **hidden
    )
    goal = factories.make_goal(house.strategy, slug="hemligt-mal", summary=MARK, **hidden)
    priority = factories.make_priority(house.goal, slug="hemlig-prioritering", summary=MARK, **hidden)
    plan = factories.make_plan(strategy=house.strategy, slug="hemlig-plan", coordinators=[house.staff], **hidden)
    house.plan.coordinators.add(staff)
    house.plan.documents.add(document)
    house.strategy.documents.add(document)
    house.activity.contact = staff
    house.activity.save()
    house.activity.contributions.create(goal=goal, how_sv=MARK, how_en=MARK)
    # What is published itself, but stands below something that is not:
    factories.make_activity(plan, goal=house.goal, slug="i-hemlig-plan", title=MARK)
    factories.make_activity(house.plan, priority=priority, slug="oppen-aktivitet", title="Öppen aktivitet")
    factories.make_activity(house.plan, goal=house.goal, slug="hemlig-aktivitet", **hidden)
    factories.make_priority(goal, title=MARK)
    strategy = factories.make_strategy(slug="hemlig-strategi", is_current=False, vision=MARK, **hidden)
    factories.make_goal(strategy, slug="i-hemlig-strategi", title=MARK)
    in_it = factories.make_plan(strategy=strategy, slug="plan-i-hemlig-strategi", title=MARK)
    factories.make_activity(in_it, slug="under-den", title=MARK)
    factories.make_news(slug="hemlig-nyhet", ingress=MARK, **hidden)
    hidden_call = hidden_money(house, goal, plan, staff, state)
    return [
        "/strategi/hemlig-strategi/",
        "/mal/hemligt-mal/",
        "/mal/i-hemlig-strategi/",
        "/handlingsplaner/hemlig-plan/",
        "/handlingsplaner/hemlig-plan/i-hemlig-plan/",
        "/handlingsplaner/plan-i-hemlig-strategi/",
        "/handlingsplaner/plan-i-hemlig-strategi/under-den/",
        f"/handlingsplaner/{house.plan.slug}/hemlig-aktivitet/",
        "/dokument/hemligt-dokument/",
        "/dokument/hemligt-dokument/fil",
        "/dokument/hemligt-dokument/fil/1",
        "/nyheter/hemlig-nyhet/",
        "/kontakt/hemlig-person/",
        "/finansiering/hemligt-program/",
        hidden_call,
    ]


def hidden_money(house: House, goal: Any, plan: Any, staff: Any, state: dict[str, Any]) -> str:
    """A hidden programme and a hidden call, and a published programme that leads to what is hidden."""
    programme = FundingProgramme.objects.get(slug="programmet")
    hidden = factories.make_programme(
        slug="hemligt-program", name=MARK, themes=[house.plan.theme], activities=[house.activity], **state
    )
    for thing in ({"goal": house.goal}, {"plan": house.plan}):
        factories.make_guidance(hidden, how=MARK, **thing)
    for thing in ({"goal": goal}, {"plan": plan}):
        factories.make_guidance(programme, how=MARK, **thing)
    factories.make_call(hidden, title=MARK)
    programme.activities.add(house.plan.activities.get(slug="hemlig-aktivitet"))
    programme.contact = staff
    programme.save()
    return factories.make_call(programme, title=MARK, **state).get_calendar_url()


@pytest.fixture
def read(client: Client) -> Callable[[str], Answer]:
    """Return a function that fetches an address of the site."""

    def get(url: str) -> Answer:
        response = client.get(url.removeprefix(SITE))
        content = b"".join(response) if response.streaming else response.content
        return Answer(url, response.status_code, dict(response.headers), content)

    return get


@pytest.mark.parametrize("state", unpublished_states().values(), ids=unpublished_states())
def test_what_is_not_published_appears_nowhere(
    house: House, read: Callable[[str], Answer], state: dict[str, Any]
) -> None:
    addresses = hidden_things(house, state)

    site = crawl(SITE, STARTS, read)

    assert f"/handlingsplaner/{house.plan.slug}/oppen-aktivitet/" in site
    assert [path for path, answer in site.items() if MARK.encode() in answer.content] == []
    assert [
        path for path, answer in site.items() if b"hemlig-" in answer.content or b"hemligt-" in answer.content
    ] == []
    assert [path for path, answer in site.items() if answer.status == 404 and not path.startswith("/static/")] == []
    assert {address: read(SITE + address).status for address in addresses} == dict.fromkeys(addresses, 404)


def test_a_leak_would_be_found(house: House, read: Callable[[str], Answer]) -> None:
    """The same things, published: then every one of them is found, so the test above holds what could leak."""
    addresses = hidden_things(house, {"publication": Publication.PUBLISHED})

    site = crawl(SITE, STARTS, read)

    assert [address for address in addresses if read(SITE + address).status != 200] == []
    leaking = {path for path, answer in site.items() if MARK.encode() in answer.content}
    assert leaking >= {"/", "/nyheter/flode.xml", "/webbkarta/", "/aktiviteter/", "/dokument/"}
    assert b"hemlig-plan" in site["/sitemap.xml"].content
    assert set(addresses) - site.keys() == set()


@pytest.mark.parametrize("state", unpublished_states().values(), ids=unpublished_states())
def test_nothing_in_force_leaves_no_page_broken(client: Client, state: dict[str, Any]) -> None:
    factories.make_strategy(is_current=True, **state)

    statuses = {path: client.get(path).status_code for path in ("/", "/strategi/", "/mal/", "/webbkarta/")}

    assert statuses == {"/": 200, "/strategi/": 404, "/mal/": 404, "/webbkarta/": 200}


@pytest.mark.parametrize(
    ("publish_from", "publish_until", "at", "expected"),
    [
        (NOW, None, NOW, True),
        (NOW, None, NOW - timedelta(microseconds=1), False),
        (NOW, NOW + timedelta(hours=1), NOW + timedelta(minutes=59), True),
        (NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=1), False),
    ],
    ids=["as it begins", "just before", "while it lasts", "as it ends"],
)
def test_queryset_and_predicate_agree(
    publish_from: datetime, publish_until: datetime | None, at: datetime, *, expected: bool
) -> None:
    strategy = factories.make_strategy(publish_from=publish_from, publish_until=publish_until)

    assert Strategy.objects.published(at).exists() is expected
    assert strategy.is_published(at) is expected


@pytest.mark.parametrize("publication", [state for state in Publication if state != Publication.PUBLISHED])
def test_nothing_but_published_is_published(publication: str) -> None:
    strategy = factories.make_strategy(publication=publication)

    assert not Strategy.objects.published().exists()
    assert not strategy.is_published()


def test_publishing_without_a_moment_is_publishing_now() -> None:
    before = timezone.now()

    item: Publishable = factories.make_news(publish_from=None)

    assert item.publish_from is not None
    assert before <= item.publish_from <= timezone.now()
    assert item.is_published()
