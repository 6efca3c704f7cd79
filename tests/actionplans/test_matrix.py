"""Goals against plans: counts, gaps, and the admin's links to fill them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.roles import Role
from actionplans.models import ActionPlan
from tests import factories

pytestmark = pytest.mark.django_db
MATRIX = "/admin/actionplans/activity/matrix/"


@pytest.fixture
def plans() -> tuple[ActionPlan, ActionPlan]:
    """Create two goals and two plans; three activities of the first plan serve one goal."""
    strategy = factories.make_strategy(is_current=True)
    served = factories.make_goal(strategy, slug="nas", title="Nås", position=1)
    factories.make_goal(strategy, slug="tomt", title="Tomt", position=2)
    first, second = (factories.make_plan(factories.make_theme(title=title), strategy, slug=title) for title in "ab")
    town, yesterday = factories.make_organisation(), timezone.localdate() - timedelta(days=1)
    whole: dict[str, Any] = {"goal": served, "responsible": town}
    late = factories.make_activity(first, ends_on=yesterday, **whole)
    late.contributions.create(goal=served, priority=factories.make_priority(served), how_sv="Två gånger.")
    factories.make_activity(first, **whole)
    factories.make_activity(first, title="Hemlig", publication="draft", **whole)
    factories.make_activity(first, title="Utan mål", responsible=town)
    factories.make_activity(second, title="Utan ansvarig", goal=factories.make_goal(strategy, publication="draft"))
    factories.make_indicator({2016: "70"}, title="Gammal siffra", goals=[served])
    factories.make_indicator({timezone.localdate().year: "70"}, title="Ny siffra", goals=[served])
    return first, second


def cells(page: html.HtmlElement) -> dict[str, list[str]]:
    """Return the text of each goal's row, without what only phones show."""
    rows = page.xpath("//table//tbody/tr")
    words = "td/*[not(@class='column')]/text()"
    return {row.xpath("normalize-space(th)"): [str(word).strip() for word in row.xpath(words)] for row in rows}


@pytest.mark.usefixtures("plans")
def test_matrix_counts_what_is_published_and_links_to_it(client: Client) -> None:
    page = html.document_fromstring(client.get("/mal/matris/").content.decode())

    assert cells(page) == {
        "Nås": ["2 aktiviteter", "2 aktiviteter", "1 försenad", "ingen"],
        "Tomt": ["ingen", "ingen", "ingen"],
    }
    link = page.xpath("//td/a/@href")[1]
    assert link == "/aktiviteter/?goal=nas&plan=a"
    assert len(client.get(link).context["page"]) == 2


@pytest.mark.usefixtures("plans")
def test_what_is_missing_is_listed(client: Client) -> None:
    page = html.document_fromstring(client.get("/mal/matris/").content.decode())

    gaps = {
        box.xpath("normalize-space(h3)"): box.xpath(".//li/a/text()") for box in page.xpath("//section[@class='box']")
    }
    assert gaps == {
        "Mål utan aktiviteter": ["Tomt"],
        "Aktiviteter utan mål": ["Utan mål", "Utan ansvarig"],
        "Aktiviteter utan ansvarig organisation": ["Utan ansvarig"],
        "Indikatorer utan aktuella siffror": ["Gammal siffra"],
    }


def test_long_gaps_are_cut_and_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actionplans.matrix.GAPS_SHOWN", 1)
    plan = factories.make_plan()
    for _ in range(3):
        factories.make_activity(plan)

    context = client.get("/mal/matris/").context

    assert (context["no_goal"].count, len(context["no_goal"].first)) == (3, 1)


def test_nothing_in_force_has_no_matrix(client: Client) -> None:
    factories.make_strategy(is_current=True, publication="draft")

    assert client.get("/mal/matris/").status_code == 404


@pytest.mark.usefixtures("plans")
def test_empty_site_says_so(client: Client) -> None:
    ActionPlan.objects.update(publication="draft")

    assert "Det finns inga mål och planer att jämföra än." in client.get("/mal/matris/").content.decode()


def test_coordinator_meets_her_own_plans_drafts_included(client: Client, plans: tuple[ActionPlan, ActionPlan]) -> None:
    user = factories.make_user(Role.COORDINATOR)
    plans[0].coordinators.add(factories.make_staff(user=user))
    client.force_login(user)

    response = client.get(MATRIX)

    page = html.document_fromstring(response.content.decode())
    rows = {row.goal.title: [cell.count for cell in row.cells] for row in response.context["matrix"].rows}
    assert (rows["Nås"], rows["Tomt"]) == ([3], [0])
    link = next(str(link) for link in page.xpath("//section[@class='desk']//td/a/@href"))
    listed = client.get(link)
    assert listed.status_code == 200
    assert listed.context["cl"].result_count == 3
    assert [thing.title for thing in response.context["no_goal"].first] == ["Utan mål"]
    assert response.context["no_responsible"].first == []


@pytest.mark.usefixtures("plans")
def test_administrator_meets_every_plan_and_every_link_opens(client: Client) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))

    page = html.document_fromstring(client.get(MATRIX).content.decode())

    links = {str(link) for link in page.xpath("//main//a/@href | //div[@id='content']//a/@href")}
    assert len(page.xpath("//section[@class='desk']//thead//th")) == 3
    assert {client.get(link).status_code for link in links if link.startswith("/admin/")} == {200}


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.OFFICER, Role.ARCHIVIST])
def test_other_roles_have_no_matrix(client: Client, role: Role) -> None:
    client.force_login(factories.make_user(role))

    assert client.get(MATRIX).status_code == 403
