"""Pages kept in memory are never older than the content: seen on a running portal, where commits are real."""

import itertools
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from publishing import generation
from rus_portal.page_cache import PAGES_AT_MOST, QUERIED_AT_MOST, PageCache
from tests.factories import make_goal, make_news, make_strategy
from tests.portal_process import Portal, demo_portal

pytestmark = pytest.mark.process
GOAL = "/mal/kompetens/"
NEWS = "/nyheter/regionalt-forum-i-harnosand/"


@pytest.fixture(scope="module")
def changed_portal(database_server: None) -> Iterator[Portal]:
    """A running portal whose content these tests change."""
    with demo_portal() as running:
        yield running


def get(portal: Portal, path: str) -> str:
    with urllib.request.urlopen(portal.base_url + path) as answer:
        text: str = answer.read().decode()
        return text


def test_a_kept_page_changes_in_the_commit_that_changes_it(changed_portal: Portal) -> None:
    for number in range(20):  # both workers, each with pages of its own
        title = f"Kompetens {number}"
        assert title not in get(changed_portal, GOAL)
        changed_portal.sql("UPDATE strategy_goal SET title_sv = %s WHERE slug = 'kompetens'", title)
        assert all(title in get(changed_portal, GOAL) for _ in range(4))


def test_a_kept_page_is_gone_when_it_is_withdrawn_and_when_its_time_is_up(changed_portal: Portal) -> None:
    for _ in range(4):
        get(changed_portal, NEWS)
    changed_portal.sql(
        "UPDATE news_newsitem SET publish_until = now() + interval '1.5 seconds' WHERE slug = %s", NEWS[9:-1]
    )
    assert "<h1>" in get(changed_portal, NEWS)
    time.sleep(1.6)

    for _ in range(4):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(changed_portal, NEWS)
    assert NEWS not in get(changed_portal, "/nyheter/")


def test_a_contact_form_is_never_kept(changed_portal: Portal) -> None:
    pages = [get(changed_portal, "/kontakt/frida-bergman/") for _ in range(6)]

    assert len({re.search(r'name="token" value="([^"]+)"', page)[1] for page in pages}) == 6  # type: ignore[index]


def test_pages_are_kept_apart_by_address_and_query(changed_portal: Portal) -> None:
    for _ in range(4):
        assert '<html lang="sv"' in get(changed_portal, "/aktiviteter/")
        assert '<html lang="en"' in get(changed_portal, "/en/activities/")
        assert get(changed_portal, "/aktiviteter/?status=done") != get(changed_portal, "/aktiviteter/")


@pytest.fixture
def cache(settings: Any) -> PageCache:
    """The cache before a view that counts how often it is asked."""
    settings.PAGE_CACHE = True
    asked = itertools.count(1)
    return PageCache(lambda _request: HttpResponse(f"rendered {next(asked)}"))


@pytest.mark.django_db
@pytest.mark.parametrize("made_up", ["/?x=%d", "/aktiviteter/?q=%d", "/sok/?%d", "/?{}"])
def test_made_up_addresses_evict_no_page(cache: PageCache, rf: RequestFactory, made_up: str) -> None:
    kept = {path: cache(rf.get(path)).content for path in ("/", "/mal/", GOAL)}

    for number in range(PAGES_AT_MOST + 1):
        cache(rf.get(made_up % number if "%" in made_up else made_up.format("&" * number)))

    assert {path: cache(rf.get(path)).content for path in kept} == kept


@pytest.mark.django_db
def test_made_up_ports_evict_no_page(cache: PageCache, rf: RequestFactory) -> None:
    kept = cache(rf.get("/")).content

    answers = {cache(rf.get("/", headers={"Host": f"localhost:{port}"})).content for port in range(1, 600)}

    assert answers == {kept}


@pytest.mark.django_db
def test_memory_that_pages_take_has_a_limit(cache: PageCache, rf: RequestFactory) -> None:
    first = cache(rf.get("/?q=0")).content
    for number in range(1, QUERIED_AT_MOST + 1):
        cache(rf.get(f"/?q={number}"))

    assert cache(rf.get("/?q=0")).content != first


def test_page_is_the_same_whatever_host_it_is_asked_by(changed_portal: Portal) -> None:
    """The cache gives a page to all hosts, so none may stand in it."""
    feeds = ("/nyheter/flode.xml", "/andringar/flode.xml", f"{GOAL}flode.xml", "/handlingsplaner/innovation/flode.xml")
    for path in ("/", "/en/activities/?status=done", GOAL, "/sitemap.xml", *feeds):
        by_number = urllib.request.Request(f"{changed_portal.base_url}{path}", headers={"Host": "127.0.0.1:9"})
        with urllib.request.urlopen(by_number) as answer:
            assert b"127.0.0.1" not in answer.read(), path


@pytest.mark.django_db
def test_turning_points_are_the_latest_so_far_and_all_to_come() -> None:
    now = timezone.now()
    hours = [timedelta(hours=hour) for hour in (-3, -2, 2, 3)]
    strategy = make_strategy(publish_from=now + hours[0])
    make_goal(strategy, publish_from=now + hours[1], publish_until=now + hours[3])
    make_news(publish_from=now + hours[2])
    make_news(publication="draft", publish_from=now + hours[2] / 2)

    assert generation.find_turning_points(now) == [now + hours[1], now + hours[2], now + hours[3]]
