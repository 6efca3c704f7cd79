"""Old addresses redirect, and missing pages say so plainly."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
MADE = {
    "strategy": (factories.make_strategy, "/strategi/{}/", "/en/strategy/{}/"),
    "goal": (factories.make_goal, "/mal/{}/", "/en/goals/{}/"),
    "plan": (factories.make_plan, "/handlingsplaner/{}/", "/en/action-plans/{}/"),
    "document": (factories.make_document, "/dokument/{}/", "/en/documents/{}/"),
    "news": (factories.make_news, "/nyheter/{}/", "/en/news/{}/"),
    "staff": (factories.make_staff, "/kontakt/{}/", "/en/contact/{}/"),
}


@pytest.mark.parametrize(("make", "swedish", "english"), MADE.values(), ids=MADE)
def test_every_former_slug_redirects_for_good(
    client: Client, make: Callable[..., Any], swedish: str, english: str
) -> None:
    thing = make(slug="forsta")
    for slug in ("andra", "tredje"):
        thing.slug = slug
        thing.save()

    for address in (swedish, english):
        for former in ("forsta", "andra"):
            response = client.get(address.format(former))
            assert (response.status_code, response["Location"]) == (301, address.format("tredje"))
        assert client.get(address.format("tredje")).status_code == 200


def test_former_slug_taken_by_another_leads_to_that_one(client: Client) -> None:
    first = factories.make_news(slug="forum", title="Ett")
    first.slug = "forum-2025"
    first.save()
    factories.make_news(slug="forum", title="Två")

    page = client.get("/nyheter/forum/")

    assert page.status_code == 200
    assert page.context["item"].title == "Två"


def test_former_slug_of_what_is_withdrawn_is_not_found(client: Client) -> None:
    item = factories.make_news(slug="forsta", publication="archived")
    item.slug = "andra"
    item.save()

    assert client.get("/nyheter/forsta/").status_code == 404


def test_former_slug_of_a_document_leads_on_to_its_file(client: Client) -> None:
    document = factories.make_document(slug="forsta")
    document.slug = "andra"
    document.save()

    response = client.get("/dokument/forsta/fil")

    assert (response.status_code, response["Location"]) == (301, "/dokument/andra/fil")


def test_activity_of_a_renamed_plan_is_found_at_its_former_address(client: Client) -> None:
    plan = factories.make_plan(slug="forsta")
    factories.make_activity(plan, slug="fiber")
    plan.slug = "andra"
    plan.save()

    response = client.get("/handlingsplaner/forsta/fiber/")

    assert (response.status_code, response["Location"]) == (301, "/handlingsplaner/andra/fiber/")


def test_former_slug_of_an_activity_redirects_within_its_plan(client: Client) -> None:
    plan = factories.make_plan(slug="plan")
    activity = factories.make_activity(plan, slug="forsta")
    factories.make_activity(slug="forsta")
    activity.slug = "andra"
    activity.save()

    response = client.get("/en/action-plans/plan/forsta/")

    assert (response.status_code, response["Location"]) == (301, "/en/action-plans/plan/andra/")


def test_message_to_a_former_address_arrives_with_its_text(client: Client) -> None:
    staff = factories.make_staff(slug="forsta")
    staff.slug = "andra"
    staff.save()

    response = client.post("/kontakt/forsta/", {"subject": "Hej", "message": "Min långa text"}, follow=True)

    assert response.redirect_chain == [("/kontakt/andra/", 308)]
    assert "Min långa text" in response.content.decode()


@pytest.mark.parametrize("path", ["/mal", "/en/goals", "/handlingsplaner/plan", "/en"])
def test_missing_slash_leads_to_the_page(client: Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, f"{path}/")


@pytest.mark.parametrize("path", ["/goals/", "/en/mal/", "/action-plans/", "/en/kontakt/"])
def test_address_of_the_other_language_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("header", ["en", "sv", "de"])
def test_language_comes_from_the_address_alone(client: Client, header: str) -> None:
    factories.make_registrar()
    client.cookies["django_language"] = header

    for path, language in (("/kontakt/", "sv"), ("/en/contact/", "en")):
        response = client.get(path, headers={"Accept-Language": header})
        assert response["Content-Language"] == language
        assert "Accept-Language" not in response.get("Vary", "")
