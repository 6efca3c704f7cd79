"""The strategy and its goals on the web: the red thread, and the succession of strategies."""

import pytest
from django.test import Client
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


def links(client: Client, path: str) -> set[str]:
    response = client.get(path)
    assert response.status_code == 200
    return set(html.document_fromstring(response.content.decode()).xpath("//main//a/@href"))


def test_thread_is_linked_both_ways_at_every_step(client: Client) -> None:
    person, document = factories.make_staff(slug="person"), factories.make_document(slug="dokument")
    strategy = factories.make_strategy(slug="strategi")
    goal = factories.make_goal(strategy, slug="mal")
    priority = factories.make_priority(goal, slug="prioritering")
    plan = factories.make_plan(strategy=strategy, slug="plan", coordinators=[person], documents=[document])
    organisation = factories.make_organisation(slug="kommunen")
    factories.make_activity(plan, priority=priority, slug="aktivitet", contact=person, responsible=organisation)
    activity = "/handlingsplaner/plan/aktivitet/"

    assert links(client, "/") >= {"/mal/mal/", "/strategi/strategi/", "/handlingsplaner/plan/"}
    assert links(client, "/strategi/strategi/") >= {"/mal/mal/"}
    assert links(client, "/mal/mal/") >= {activity, "/handlingsplaner/plan/", "/strategi/strategi/#vision"}
    assert links(client, "/handlingsplaner/plan/") >= {activity, "/mal/mal/", "/kontakt/person/", "/dokument/dokument/"}
    assert links(client, activity) >= {
        "/mal/mal/",
        "/mal/mal/#prioritering",
        "/handlingsplaner/plan/",
        "/strategi/strategi/#vision",
        "/organisationer/kommunen/",
        "/kontakt/person/",
    }
    assert links(client, "/organisationer/kommunen/") >= {activity, "/aktiviteter/?organisation=kommunen"}
    assert links(client, "/aktiviteter/?organisation=kommunen") >= {activity}
    assert links(client, "/dokument/dokument/") >= {"/handlingsplaner/plan/"}
    assert links(client, "/kontakt/person/") >= {"/handlingsplaner/plan/"}


def test_superseded_strategy_stays_readable_beside_the_one_in_force(client: Client) -> None:
    old = factories.make_strategy(slug="gammal", is_current=False)
    goal_of_the_old = factories.make_goal(old, slug="gammalt-mal")
    new = factories.make_strategy(slug="ny", is_current=True, supersedes=old)
    factories.make_goal(new, slug="nytt-mal")

    assert client.get("/strategi/").context["strategy"] == new
    assert links(client, "/strategi/ny/") >= {"/strategi/gammal/"}
    assert links(client, "/strategi/gammal/") >= {"/strategi/ny/", "/mal/gammalt-mal/"}
    assert list(client.get("/mal/").context["goals"]) == list(new.goals.all())
    assert client.get("/mal/gammalt-mal/").context["goal"] == goal_of_the_old


def test_goals_stand_in_their_order(client: Client) -> None:
    strategy = factories.make_strategy()
    last, first = (factories.make_goal(strategy, position=position) for position in (2, 1))

    assert list(client.get("/mal/").context["goals"]) == [first, last]


def test_contribution_without_a_priority_is_shown_for_the_goal_as_a_whole(client: Client) -> None:
    goal = factories.make_goal(slug="mal")
    factories.make_activity(goal=goal, title="Hela målet")

    page = client.get("/mal/mal/")

    assert [contribution.activity.title for contribution in page.context["other_contributions"]] == ["Hela målet"]
    assert "För målet som helhet" in page.content.decode()


def test_long_list_under_a_priority_is_cut_and_leads_to_all(client: Client) -> None:
    priority = factories.make_priority(factories.make_goal(slug="malet"))
    for _ in range(21):
        factories.make_activity(priority=priority)
    factories.make_activity(goal=priority.goal)

    page = html.document_fromstring(client.get("/mal/malet/").content.decode())

    assert len(page.xpath("//section[@id]//ul[@class='rows']/li")) == 20
    more = page.xpath("//section[@class='priority']/p[@class='more']/a")
    assert [(link.get("href"), link.text) for link in more] == [
        ("/aktiviteter/?goal=malet", "Här visas 20 av 21. Se alla målets aktiviteter")
    ]
    assert "22 pågår" in page.xpath("normalize-space(//ul[@class='parts'])")


def test_contents_lead_to_the_sections_of_the_text(client: Client) -> None:
    body = "<h2>Samma rubrik</h2><p>Ett.</p><h2>Samma rubrik</h2><p>Två.</p><h2>…</h2>"
    factories.make_strategy(slug="strategi", body=body)

    page = html.document_fromstring(client.get("/strategi/strategi/").content.decode())

    anchors = [heading.get("id") for heading in page.xpath("//h2[@id]") if heading.text in {"Samma rubrik", "…"}]
    assert anchors == ["samma-rubrik", "samma-rubrik-2", "avsnitt"]
    assert {f"#{anchor}" for anchor in anchors} <= set(page.xpath("//main//a/@href"))


def test_text_without_english_is_shown_in_swedish_and_marked_so(client: Client) -> None:
    goal = factories.make_goal(slug="mal", title_sv="Kompetens", title_en="", summary_en="More people have a job.")

    page = html.document_fromstring(client.get("/en/goals/mal/").content.decode())

    assert goal.title_sv == "Kompetens"
    assert page.xpath("//h1[@lang='sv']")[0].text_content() == "Kompetens"
    assert page.xpath("//*[@class='lead']")[0].get("lang") is None


def test_editors_markup_is_cleaned_before_it_is_shown(client: Client) -> None:
    evil = '<p onclick="x()">Text<script>alert(1)</script><img src="https://evil.example/x"></p>'
    goal = factories.make_goal(slug="mal", body=evil, title="<script>alert(2)</script>")
    goal.full_clean()
    goal.save()

    page = html.document_fromstring(client.get("/mal/mal/").content.decode())

    assert page.xpath("//main//script | //main//img | //main//@onclick") == []
    assert page.xpath("normalize-space(//h1)") == "<script>alert(2)</script>"
