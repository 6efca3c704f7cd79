"""Succession of strategies: adoption, its obstacles, and where old pages lead."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from lxml import html

from accounts.roles import Role
from publishing.models import Publication
from strategy.models import Goal, GoalCrosswalk, Strategy
from strategy.succession import adopt_strategy
from tests import factories

pytestmark = pytest.mark.django_db
DECIDED = date(2026, 11, 1)


@pytest.fixture
def old() -> Strategy:
    return factories.make_strategy(slug="gammal", title="Gammal", is_current=True)


@pytest.fixture
def new(old: Strategy) -> Strategy:
    """A decided draft with a goal in draft."""
    draft: dict[str, Any] = {"publication": "draft", "publish_from": None}
    new = factories.make_strategy(slug="ny", title="Ny", is_current=False, decided_on=DECIDED, supersedes=old, **draft)
    goal = factories.make_goal(new, slug="nytt-mal", title="Nytt mål", **draft)
    factories.make_priority(goal, title="Ny prioritering", **draft)
    return new


def page(client: Client, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.content.decode())


def banner(client: Client, path: str) -> str:
    return " ".join(page(client, path).xpath("normalize-space(//div[@class='ds-alert'])").split())


def adopt_address(strategy: Strategy) -> str:
    return f"/admin/strategy/strategy/{strategy.pk}/adopt/"


def test_adopting_puts_the_new_in_force_and_publishes_its_goals(client: Client, old: Strategy, new: Strategy) -> None:
    assert client.get("/mal/nytt-mal/").status_code == client.get("/strategi/ny/").status_code == 404

    adopt_strategy(new.pk)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.is_current, new.is_current, new.supersedes) == (False, True, old)
    assert client.get("/strategi/").context["strategy"] == new
    assert [goal.slug for goal in client.get("/mal/").context["goals"]] == ["nytt-mal"]
    assert "Ny prioritering" in client.get("/mal/nytt-mal/").content.decode()


@pytest.mark.parametrize("publication", ["published", "archived"])
def test_goal_that_leads_nowhere_stops_the_adoption_whole(old: Strategy, new: Strategy, publication: str) -> None:
    factories.make_goal(old, code="1", title="Kompetens", publication=publication)

    with pytest.raises(ValidationError) as refused:
        adopt_strategy(new.pk)

    assert refused.value.messages == [
        "Ange vad som händer med målet 1 Kompetens: det fortsätter, delas, slås samman eller utgår."
    ]
    assert Strategy.objects.get(is_current=True) == old
    assert not Goal.objects.filter(strategy=new, publication=Publication.PUBLISHED).exists()


def test_row_that_leads_to_another_strategy_does_not_count(old: Strategy, new: Strategy) -> None:
    factories.make_crosswalk(factories.make_goal(old), factories.make_goal(factories.make_strategy(is_current=False)))

    with pytest.raises(ValidationError):
        adopt_strategy(new.pk)


def test_goal_that_was_never_published_needs_no_successor(old: Strategy, new: Strategy) -> None:
    factories.make_goal(old, publication="draft")

    adopt_strategy(new.pk)

    assert Strategy.objects.get(is_current=True) == new


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"decided_on": None}, "Skriv vilken dag strategin beslutades, under ”Period och beslut”, och spara."),
        ({"is_current": True}, "Strategin gäller redan."),
    ],
)
def test_what_stands_in_the_way_is_told(old: Strategy, new: Strategy, change: dict[str, Any], sentence: str) -> None:
    if change.get("is_current"):
        Strategy.objects.filter(pk=old.pk).update(is_current=False)
    Strategy.objects.filter(pk=new.pk).update(**change)

    with pytest.raises(ValidationError) as refused:
        adopt_strategy(new.pk)

    assert refused.value.messages == [sentence]


def test_strategy_without_goals_or_that_was_superseded_is_not_adopted(old: Strategy, new: Strategy) -> None:
    adopt_strategy(new.pk)

    with pytest.raises(ValidationError) as refused:
        adopt_strategy(old.pk)

    assert "Strategin har själv ersatts av en annan." in refused.value.messages
    assert "Lägg först till strategins mål." in refused.value.messages


def test_first_strategy_of_all_is_adopted(new: Strategy, old: Strategy) -> None:
    Strategy.objects.filter(pk=new.pk).update(supersedes=None)
    old.delete()

    assert adopt_strategy(new.pk).is_current


def test_another_draft_no_longer_supersedes_the_old(old: Strategy, new: Strategy) -> None:
    Strategy.objects.filter(pk=new.pk).update(supersedes=None)
    other = factories.make_strategy(is_current=False, publication="draft", supersedes=old)

    adopt_strategy(new.pk)

    other.refresh_from_db()
    assert other.supersedes is None


@pytest.fixture
def succeeded(old: Strategy, new: Strategy) -> dict[str, Goal]:
    """Four old goals, one for each kind of succession, each with an activity, after the adoption."""
    kept, split, merged, dropped = (
        factories.make_goal(old, slug=slug, title=slug.capitalize(), position=position)
        for position, slug in enumerate(("kvar", "delat", "samman", "bort"))
    )
    goal = new.goals.get()
    other = factories.make_goal(new, slug="annat-mal", title="Annat mål")
    factories.make_crosswalk(kept, goal, note="Samma mål, nya ord.")
    factories.make_crosswalk(split, goal, kind="split")
    factories.make_crosswalk(split, other, kind="split")
    factories.make_crosswalk(merged, other, kind="merged")
    factories.make_crosswalk(dropped, note="Det är nått.")
    plan = factories.make_plan(strategy=old, slug="planen")
    for old_goal in (kept, split, merged, dropped):
        factories.make_activity(plan, goal=old_goal, title=f"Aktivitet för {old_goal.slug}")
    adopt_strategy(new.pk)
    return {goal.slug: goal for goal in Goal.objects.all()}


@pytest.mark.usefixtures("succeeded")
def test_every_old_page_leads_on(client: Client) -> None:
    earlier = (
        "Det här målet hör till en tidigare strategi, som inte längre gäller. Det finns kvar för att läsas."
        " Den har ersatts av Ny. "
    )

    assert {path: banner(client, path) for path in ("/strategi/gammal/", "/handlingsplaner/planen/")} == {
        "/strategi/gammal/": "Den här strategin gäller inte längre. Den finns kvar för att kunna läsas."
        " Den har ersatts av Ny.",
        "/handlingsplaner/planen/": "Den här planen genomför en tidigare strategi, som inte längre gäller."
        " Den har ersatts av Ny.",
    }
    assert {slug: banner(client, f"/mal/{slug}/") for slug in ("kvar", "delat", "samman", "bort")} == {
        "kvar": earlier + "Målet fortsätter som Nytt mål. Samma mål, nya ord.",
        "delat": earlier + "Målet delas i Nytt mål och Annat mål.",
        "samman": earlier + "Målet slås samman med andra till Annat mål.",
        "bort": earlier + "Målet utgår. Det är nått.",
    }
    links = page(client, "/mal/delat/").xpath("//div[@class='ds-alert']//a/@href")
    assert sorted(links) == ["/mal/annat-mal/", "/mal/nytt-mal/", "/strategi/ny/"]


@pytest.mark.usefixtures("succeeded")
def test_new_goal_shows_what_was_begun_under_the_old(client: Client) -> None:
    sections = page(client, "/mal/nytt-mal/").xpath("//section[@id='earlier']/section")

    found = {section.xpath("normalize-space(h3/a)"): section.xpath(".//h4/a/text()") for section in sections}
    assert found == {"Kvar": ["Aktivitet för kvar"], "Delat": ["Aktivitet för delat"]}
    assert banner(client, "/mal/nytt-mal/") == ""
    assert client.get("/mal/nytt-mal/").context["delivery"].total == 0


def test_new_goal_that_is_not_public_is_not_named(client: Client, succeeded: dict[str, Goal]) -> None:
    Goal.objects.filter(pk=succeeded["annat-mal"].pk).update(publication="archived", title_sv="Hemligt")

    assert "Hemligt" not in client.get("/mal/delat/").content.decode()
    assert "Målet delas i Nytt mål." in banner(client, "/mal/delat/")


def test_draft_leaves_no_trace_before_it_is_adopted(client: Client, old: Strategy, new: Strategy) -> None:
    goal = factories.make_goal(old, slug="malet")
    factories.make_crosswalk(goal, new.goals.get(), note="Hemlig tanke")

    for path in ("/mal/malet/", "/strategi/", "/mal/", "/strategi/gammal/", "/webbkarta/", "/aktiviteter/"):
        text = client.get(path).content.decode()
        assert "Hemlig tanke" not in text
        assert "Nytt mål" not in text
        assert "ds-alert" not in text


def test_administrator_sees_what_is_missing_and_then_adopts(client: Client, old: Strategy, new: Strategy) -> None:
    goal = factories.make_goal(old, code="1", title="Kompetens")
    client.force_login(factories.make_user(Role.ADMINISTRATOR))

    refused = client.post(adopt_address(new))
    assert "Ange vad som händer med målet 1 Kompetens" in refused.content.decode()
    assert f"/admin/strategy/goalcrosswalk/add/?old_goal={goal.pk}" in refused.content.decode()
    assert Strategy.objects.get(is_current=True) == old

    factories.make_crosswalk(goal, new.goals.get())
    assert "Anta strategin nu" in client.get(adopt_address(new)).content.decode()
    assert Strategy.objects.get(is_current=True) == old
    done = client.post(adopt_address(new), follow=True)

    assert "Strategin Ny är antagen och gäller." in done.content.decode()
    assert Strategy.objects.get(is_current=True) == new


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REGISTRAR, Role.OFFICER])
def test_nobody_else_adopts(client: Client, old: Strategy, new: Strategy, role: Role) -> None:
    client.force_login(factories.make_user(role))

    answers = {client.get(adopt_address(new)).status_code, client.post(adopt_address(new)).status_code}

    assert answers == {403}
    assert Strategy.objects.get(is_current=True) == old


def test_form_cannot_put_a_strategy_in_force(client: Client, old: Strategy, new: Strategy) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))
    names = ("slug", "title_sv", "summary_sv", "vision_sv", "period_start", "period_end")
    data = {name: getattr(new, name) for name in names} | {"is_current": "on", "title_sv": "Nytt namn"}

    response = client.post(f"/admin/strategy/strategy/{new.pk}/change/", data)

    new.refresh_from_db()
    assert (response.status_code, new.title_sv, new.is_current, new.supersedes) == (302, "Nytt namn", False, old)


def test_strategy_that_is_not_there_is_not_found(client: Client) -> None:
    client.force_login(factories.make_user(Role.ADMINISTRATOR))

    assert client.get("/admin/strategy/strategy/99/adopt/").status_code == 404


@pytest.mark.parametrize(("kind", "has_new"), [("dropped", True), ("same", False), ("split", False), ("merged", False)])
def test_database_keeps_kind_and_new_goal_together(old: Strategy, new: Strategy, kind: str, has_new: bool) -> None:
    goal = factories.make_goal(old)

    with pytest.raises(IntegrityError), transaction.atomic():
        GoalCrosswalk.objects.create(old_goal=goal, kind=kind, new_goal=new.goals.get() if has_new else None)


def test_goal_cannot_follow_itself_or_take_the_address_of_the_matrix(old: Strategy) -> None:
    goal = factories.make_goal(old)

    with pytest.raises(ValidationError) as refused:
        GoalCrosswalk(old_goal=goal, new_goal=factories.make_goal(old), kind="same").full_clean()
    with pytest.raises(ValidationError) as taken:
        Goal(strategy=old, slug="matris", code="9", title_sv="Nio", summary_sv="Nio.").full_clean()

    assert set(refused.value.message_dict) == {"new_goal"}
    assert set(taken.value.message_dict) == {"slug"}
