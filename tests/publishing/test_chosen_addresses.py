"""An address that an editor chooses has plain characters, and leads to nothing else."""

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from news.models import NewsItem
from publishing.addresses import SIGNS, TAKEN
from tests import factories
from tests.publishing.test_admin import NEWS, news_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(factories.make_user(Role.COORDINATOR))
    return client


def codes_of(response: Any) -> list[str]:
    """Return the codes of the address's errors; none if it was saved."""
    if response.status_code == 302:
        return []
    return [error.code for error in response.context["adminform"].form.errors.as_data().get("slug", [])]


def renamed(thing: Any, slug: str) -> Any:
    thing.slug = slug
    thing.save()
    return thing


def test_address_that_leads_on_to_another_is_refused_and_the_other_named(client: Client) -> None:
    renamed(factories.make_news(slug="forum", title_sv="Forum 2025"), "forum-2025")

    response = client.post(f"{NEWS}add/", news_data(slug="forum"))

    assert codes_of(response) == ["led_elsewhere"]
    assert "Forum 2025" in response.content.decode()
    assert NewsItem.objects.count() == 1


def test_present_address_of_another_is_refused_once(client: Client) -> None:
    factories.make_news(slug="forum")

    response = client.post(f"{NEWS}add/", news_data(slug="forum"))

    assert codes_of(response) == ["unique"]
    assert str(TAKEN) in response.content.decode()


def test_something_takes_back_its_own_former_address(client: Client) -> None:
    item = renamed(factories.make_news(slug="forum"), "forum-2025")

    assert codes_of(client.post(f"{NEWS}{item.pk}/change/", news_data(slug="forum"))) == []


def test_what_shares_an_address_since_before_can_still_be_saved(client: Client) -> None:
    renamed(factories.make_news(slug="forum"), "forum-2025")
    item = factories.make_news(slug="forum")

    assert codes_of(client.post(f"{NEWS}{item.pk}/change/", news_data(slug="forum"))) == []


def test_former_address_of_a_draft_that_nobody_read_is_free(client: Client) -> None:
    renamed(factories.make_news(slug="forum", publication="draft", publish_from=None), "forum-2025")

    assert codes_of(client.post(f"{NEWS}add/", news_data(slug="forum"))) == []


def test_former_address_of_another_kind_is_free(client: Client) -> None:
    renamed(factories.make_plan(slug="forum"), "forum-2025")

    assert codes_of(client.post(f"{NEWS}add/", news_data(slug="forum"))) == []


def test_activity_shares_addresses_only_with_those_of_its_plan() -> None:
    plan = factories.make_plan()
    first = renamed(factories.make_activity(plan, slug="fiber"), "fiber-i-byar")

    beside = factories.make_activity(plan, slug="fiber")
    elsewhere = factories.make_activity(slug="fiber")

    assert (beside.former_holder(), elsewhere.former_holder()) == (first, None)


@pytest.mark.parametrize("slug", ["Stor", "-", "a--b", "a-", "med_streck", "två ord", "örn", "a/b"])
def test_address_of_other_signs_is_refused_in_our_own_words(client: Client, slug: str) -> None:
    response = client.post(f"{NEWS}add/", news_data(slug=slug))

    errors = response.context["adminform"].form.errors["slug"]
    assert [str(error) for error in errors] == [str(SIGNS)]


def test_address_chosen_under_other_rules_stays(client: Client) -> None:
    item = factories.make_news(slug="Stor_2025")

    assert codes_of(client.post(f"{NEWS}{item.pk}/change/", news_data(slug="Stor_2025"))) == []


def test_themes_and_organisations_choose_addresses_by_the_same_signs(client: Client) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))

    for kind in ("theme", "organisation"):
        response = client.post(f"/admin/actionplans/{kind}/add/", {"slug": "Stor"})
        assert codes_of(response) == ["invalid"]
