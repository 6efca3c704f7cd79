"""Documents are chosen among thousands by autocompletion, here and in other apps."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from accounts.roles import Role
from tests import factories
from tests.documents.admin_forms import change, make_readable
from tests.documents.test_admin import DOCUMENTS

pytestmark = pytest.mark.django_db

REPLACES = {"app_label": "documents", "model_name": "document", "field_name": "replaces"}


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(factories.make_user(Role.COORDINATOR))
    return client


def offered(client: Client, term: str, **asked: str) -> list[str]:
    answer = client.get("/admin/autocomplete/", REPLACES | {"term": term} | asked)
    return [row["text"] for row in answer.json()["results"]]


def options(client: Client, url: str, name: str) -> list[tuple[str, str]]:
    """Return the values and labels of a choice, as the page has them before any search."""
    select = html.fromstring(client.get(url).content.decode()).get_element_by_id(f"id_{name}")
    assert "admin-autocomplete" in select.classes
    return [(option.get("value"), option.text_content()) for option in select]


def test_document_is_sought_by_words_of_its_title_and_told_from_its_likes(client: Client) -> None:
    factories.make_document(title="Plan för skog", kind="action_plan")
    factories.make_document(title="Plan för skog", kind="translation", language="en")
    factories.make_document(title="Plan för skog", kind="strategy", publication="draft")
    factories.make_document(title="Plan för hav")

    found = offered(client, "skog plan")

    assert sorted(found) == [
        "Plan för skog (handlingsplan, svenska)",
        "Plan för skog (strategi, svenska), inte offentligt",
        "Plan för skog (översättning, engelska)",
    ]


@pytest.mark.parametrize(("role", "status"), [(Role.OFFICER, 403), (Role.REGISTRAR, 403), (None, 302)])
def test_only_those_who_may_see_documents_can_seek_among_them(client: Client, role: Role | None, status: int) -> None:
    factories.make_document(title="Hemligt utkast", publication="draft")
    client.logout()
    if role:
        client.force_login(factories.make_user(role))

    answer = client.get("/admin/autocomplete/", REPLACES | {"term": ""})

    assert (answer.status_code, "Hemligt" in answer.content.decode()) == (status, False)


def test_seeking_asks_the_database_as_often_among_many(client: Client) -> None:
    factories.make_document(responsible=factories.make_staff())
    offered(client, "")

    with CaptureQueriesContext(connection) as few:
        offered(client, "dokument")
    for _n in range(15):
        factories.make_document(responsible=factories.make_staff())
    with CaptureQueriesContext(connection) as many:
        assert len(offered(client, "dokument")) == 16

    assert len(many) == len(few) == 6


def test_form_holds_only_what_is_chosen(client: Client) -> None:
    other, _third = make_readable(title="Plan <b> & mer"), factories.make_document()
    document = make_readable(replaces=other)
    url = f"{DOCUMENTS}{document.pk}/change/"

    assert options(client, url, "replaces") == [
        ("", ""),
        (str(other.pk), "Plan <b> & mer (handlingsplan, svenska)"),
    ]
    assert options(client, url, "accessible_version") == [("", "")]


def test_choice_is_kept_taken_away_and_refused_as_before(client: Client) -> None:
    document, other = make_readable(), make_readable()

    change(client, document, replaces=other.pk)
    document.refresh_from_db()
    kept = document.replaces
    refused = change(client, document, replaces=10**6)
    change(client, document, replaces="")
    document.refresh_from_db()

    assert (kept, document.replaces) == (other, None)
    assert refused.context["adminform"].form.errors.keys() == {"replaces"}


def test_rooms_above_seek_documents_and_activities_too(client: Client) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))
    document, _other = factories.make_document(title="Underlaget"), factories.make_document()
    plan = factories.make_plan()
    plan.documents.add(document)
    plan.strategy.documents.add(document)
    activity, _second = factories.make_activity(plan, title_sv="Plantera"), factories.make_activity(plan)
    programme = factories.make_programme()
    programme.activities.add(activity)
    evidence = factories.make_followup(factories.make_goal(plan.strategy).strategy).assessments.get().evidence
    evidence.create(document=document)
    chosen = [(str(document.pk), "Underlaget (handlingsplan, svenska)")]

    def on(page: str, thing: Any, name: str) -> list[tuple[str, str]]:
        return options(client, f"/admin/{page}/{thing.pk}/change/", name)

    assert on("actionplans/actionplan", plan, "documents") == chosen
    assert on("strategy/strategy", plan.strategy, "documents") == chosen
    assert on("funding/fundingprogramme", programme, "activities") == [(str(activity.pk), "Plantera")]
    assert on("followup/assessment", evidence.instance, "evidence-0-document") == chosen
    assert on("followup/assessment", evidence.instance, "evidence-1-document") == []
    sought = {"app_label": "funding", "model_name": "fundingprogramme", "field_name": "activities"}
    assert offered(client, "plantera", **sought) == ["Plantera"]
