"""An activity that moved or became part of another keeps its old address; nothing unpublished shows."""

import pytest
from django.test import Client

from actionplans.models import Activity
from tests import factories

pytestmark = pytest.mark.django_db


def where(client: Client, *path: str) -> str | int:
    """Return the address that a page redirects to, or its status."""
    response = client.get("/".join(["", *path, ""]))
    return response["Location"] if response.status_code == 301 else response.status_code


def merged(into: Activity | None, slug: str, **given: object) -> Activity:
    reason = {"delivery_status": "merged", "status_reason": "Samma sak."}
    return factories.make_activity(
        factories.make_plan(slug=f"plan-{slug}"), slug=slug, merged_into=into, **reason | given
    )


def test_merged_activity_leads_on_in_both_languages(client: Client) -> None:
    target = factories.make_activity(factories.make_plan(slug="planen"), slug="malet")
    merged(target, "gammal")

    assert where(client, "handlingsplaner", "plan-gammal", "gammal") == "/handlingsplaner/planen/malet/"
    assert where(client, "en", "action-plans", "plan-gammal", "gammal") == "/en/action-plans/planen/malet/"


def test_chain_of_merged_activities_leads_to_its_end_at_once(client: Client) -> None:
    target = factories.make_activity(factories.make_plan(slug="planen"), slug="malet")
    merged(merged(merged(target, "c"), "b"), "a")

    assert where(client, "handlingsplaner", "plan-a", "a") == "/handlingsplaner/planen/malet/"


def test_chain_ends_before_what_is_not_published(client: Client) -> None:
    hidden = factories.make_activity(publication="draft", title="Hemlig")
    merged(merged(hidden, "b"), "a")

    page = client.get("/handlingsplaner/plan-b/b/")

    assert where(client, "handlingsplaner", "plan-a", "a") == "/handlingsplaner/plan-b/b/"
    assert page.status_code == 200
    assert "Samma sak." in page.content.decode()
    assert "Hemlig" not in page.content.decode()


def test_circle_leads_nowhere(client: Client) -> None:
    one = merged(None, "a")
    other = merged(merged(one, "c"), "b")
    Activity.objects.filter(pk=one.pk).update(merged_into=other)
    inward = merged(one, "utanfor")

    found = [where(client, "handlingsplaner", f"plan-{slug}", slug) for slug in ("a", "b", "c", inward.slug)]

    assert found == [200, 200, 200, 200]


def test_page_names_what_was_merged_into_it_and_is_published(client: Client) -> None:
    target = factories.make_activity(factories.make_plan(slug="planen"), slug="malet")
    merged(target, "a", title="Den gamla")
    merged(target, "b", title="Utkastet", publication="draft")

    page = client.get("/handlingsplaner/planen/malet/").content.decode()

    assert ("Den gamla" in page, "Utkastet" in page) == (True, False)


def test_moved_activity_leads_on_from_every_plan_it_stood_in(client: Client) -> None:
    first, second, third = (factories.make_plan(slug=slug) for slug in ("ena", "andra", "tredje"))
    activity = factories.make_activity(first, slug="fiber")
    for plan in (second, third):
        activity.plan = plan
        activity.save()

    found = [where(client, "handlingsplaner", plan, "fiber") for plan in ("ena", "andra", "tredje")]

    assert found == ["/handlingsplaner/tredje/fiber/", "/handlingsplaner/tredje/fiber/", 200]
    assert where(client, "en", "action-plans", "ena", "fiber") == "/en/action-plans/tredje/fiber/"


def test_moved_and_renamed_activity_of_a_withdrawn_plan_leads_on(client: Client) -> None:
    old = factories.make_plan(slug="ena")
    activity = factories.make_activity(old, slug="fiber")
    activity.plan, activity.slug = factories.make_plan(slug="andra"), "fiber-till-alla"
    activity.save()
    old.publication = "archived"
    old.save()

    assert where(client, "handlingsplaner", "ena", "fiber") == "/handlingsplaner/andra/fiber-till-alla/"


def test_moved_activity_back_in_its_first_plan_stands_there(client: Client) -> None:
    first, second = factories.make_plan(slug="ena"), factories.make_plan(slug="andra")
    activity = factories.make_activity(first, slug="fiber")
    for plan in (second, first):
        activity.plan = plan
        activity.save()

    assert [where(client, "handlingsplaner", slug, "fiber") for slug in ("ena", "andra")] == [
        200,
        "/handlingsplaner/ena/fiber/",
    ]


def test_another_activity_at_the_old_address_stands_there(client: Client) -> None:
    first = factories.make_plan(slug="ena")
    activity = factories.make_activity(first, slug="fiber")
    activity.plan = factories.make_plan(slug="andra")
    activity.save()
    factories.make_activity(first, slug="fiber")

    assert where(client, "handlingsplaner", "ena", "fiber") == 200


def test_moved_and_merged_activity_leads_to_what_it_became(client: Client) -> None:
    target = factories.make_activity(factories.make_plan(slug="planen"), slug="malet")
    activity = factories.make_activity(factories.make_plan(slug="ena"), slug="fiber")
    activity.plan, activity.merged_into = factories.make_plan(slug="andra"), target
    activity.delivery_status, activity.status_reason_sv = "merged", "Samma."
    activity.save()

    assert where(client, "handlingsplaner", "ena", "fiber") == "/handlingsplaner/planen/malet/"


@pytest.mark.parametrize("state", [{"publication": "draft"}, {"publication": "archived"}])
def test_moved_activity_that_is_not_published_is_not_found(client: Client, state: dict[str, str]) -> None:
    activity = factories.make_activity(factories.make_plan(slug="ena"), slug="fiber", **state)
    activity.plan = factories.make_plan(slug="andra")
    activity.save()

    assert where(client, "handlingsplaner", "ena", "fiber") == 404


def test_same_slug_in_a_plan_it_never_stood_in_is_not_found(client: Client) -> None:
    factories.make_plan(slug="ena")
    factories.make_activity(factories.make_plan(slug="andra"), slug="fiber")

    assert where(client, "handlingsplaner", "ena", "fiber") == 404


def test_map_of_the_site_names_no_page_that_leads_on(client: Client) -> None:
    target = factories.make_activity(factories.make_plan(slug="planen"), slug="malet")
    merged(target, "gammal")

    addresses = client.get("/sitemap.xml").content.decode()

    assert ("/planen/malet/" in addresses, "gammal/gammal" in addresses) == (True, False)
