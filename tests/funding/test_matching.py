"""The matches of an idea, their order and their reasons."""

from typing import Any

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, Organisation, Theme
from funding.matching import Answer, Fit, Matcher, Question
from strategy.models import Strategy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy() -> Strategy:
    return factories.make_strategy()


@pytest.fixture
def broadband(strategy: Strategy) -> ActionPlan:
    theme = factories.make_theme(title="Bredband")
    factories.make_theme_words(theme, telling="fiber bredband", hints="kabel")
    return factories.make_plan(theme, strategy, title="Bredbandsplanen")


@pytest.fixture
def rural(strategy: Strategy) -> ActionPlan:
    theme = factories.make_theme(title="Landsbygd", position=1)
    factories.make_theme_words(theme, telling="by byar gård", hints="kabel")
    return factories.make_plan(theme, strategy, title="Landsbygdsplanen")


def answer(strategy: Strategy, idea: str = "", **given: Any) -> Answer:
    return Matcher(Question(idea=idea, **given), strategy).answer()


def things(fits: list[Fit]) -> list[Any]:
    return [fit.thing for fit in fits]


def test_theme_comes_by_the_words_of_its_editors(strategy: Strategy, broadband: ActionPlan, rural: ActionPlan) -> None:
    found = answer(strategy, "Vi vill dra fiber till våra byar")

    assert things(found.themes) == [broadband, rural]
    assert found.themes[0].reasons == ["Du skrev ”fiber”, som hör till området Bredband."]


def test_chosen_theme_comes_first_whatever_was_written(
    strategy: Strategy, broadband: ActionPlan, rural: ActionPlan
) -> None:
    found = answer(strategy, "fiber och bredband", theme=rural.theme)

    assert things(found.themes) == [rural]
    assert found.themes[0].reasons == ["Du valde området Landsbygd."]


def test_texts_tell_of_a_theme_that_no_editor_has_words_for(strategy: Strategy, rural: ActionPlan) -> None:
    activity = factories.make_activity(rural, title="Ekolod i skärgården", summary="Vi mäter botten.")

    found = answer(strategy, "Jag har ett ekolod")

    assert (things(found.themes), things(found.activities)) == ([rural], [activity])
    assert found.themes[0].reasons == ["Planen eller dess aktiviteter talar också om ”ekolod”."]
    assert found.activities[0].reasons == ["Du skrev ”ekolod”, och aktiviteten handlar om det."]


def test_goals_and_priorities_follow_along_the_red_thread(strategy: Strategy, broadband: ActionPlan) -> None:
    goal = factories.make_goal(strategy, title="Tillgänglighet")
    priority = factories.make_priority(goal, title="Uppkoppling")
    factories.make_goal(strategy, title="Något annat", summary="Något annat.")
    factories.make_activity(broadband, priority=priority, title="Fiber till byar")

    found = answer(strategy, "fiber")

    assert (things(found.goals), things(found.priorities)) == ([goal], [priority])
    assert found.goals[0].reasons == ["Aktiviteten ”Fiber till byar” leder dit."]


def test_goal_that_says_the_same_is_found_without_activities(strategy: Strategy) -> None:
    goal = factories.make_goal(strategy, title="Bredband i hela länet", summary="Alla ska ha det.")

    found = answer(strategy, "bredband")

    assert things(found.goals) == [goal]
    assert found.goals[0].reasons == ["Du skrev ”bredband”, som texten också talar om."]


def test_programme_must_take_those_who_ask(strategy: Strategy, broadband: ActionPlan) -> None:
    fitting = factories.make_programme(themes=[broadband.theme], applicants=["municipality"])
    factories.make_programme(themes=[broadband.theme], applicants=["business"])
    factories.make_programme(applicants=["municipality"])

    found = answer(strategy, "fiber", kind="municipality")

    assert things(found.programmes) == [fitting]
    assert found.programmes[0].reasons == [
        "Programmet passar för: Bredband.",
        "Programmet tar emot ansökningar från kommuner.",
    ]


def test_calls_that_are_open_or_to_come_follow_their_programme(strategy: Strategy, broadband: ActionPlan) -> None:
    programme, today, day = (
        factories.make_programme(themes=[broadband.theme]),
        timezone.localdate(),
        timezone.timedelta(1),
    )
    later = factories.make_call(programme, opens_on=today + day)
    open_call = factories.make_call(programme, opens_on=today, closes_on=today)
    factories.make_call(programme, opens_on=today - 2 * day, closes_on=today - day)
    factories.make_call(factories.make_programme())

    found = answer(strategy, "fiber")

    assert things(found.calls) == [open_call, later]
    assert found.calls[0].reasons == ["Programmet passar för: Bredband."]


def test_municipality_that_takes_part_says_so(strategy: Strategy, broadband: ActionPlan) -> None:
    municipality = factories.make_organisation(name="Kramfors kommun")
    other = factories.make_activity(broadband, title="Fiber i stan")
    near = factories.make_activity(broadband, title="Mast på berget", participating=(municipality,))

    found = answer(strategy, "fiber", municipality=municipality)

    assert set(things(found.activities)) == {near, other}
    reasons = {fit.thing: fit.reasons for fit in found.activities}
    assert reasons[near] == ["Kramfors kommun deltar."]


def test_who_answers_is_the_coordinator_then_the_activity_then_the_programme(
    strategy: Strategy, broadband: ActionPlan
) -> None:
    coordinator, contact, officer = (factories.make_staff(name=name) for name in ("Anna", "Bo", "Cia"))
    broadband.coordinators.set([coordinator])
    factories.make_activity(broadband, title="Fiber till byar", contact=contact)
    factories.make_programme(themes=[broadband.theme], contact=officer, name="Pengarna")

    found = answer(strategy, "fiber")

    assert [(fit.thing.name, fit.reasons) for fit in found.contacts] == [
        ("Anna", ["Samordnar ”Bredbandsplanen”."]),
        ("Bo", ["Kontakt för aktiviteten ”Fiber till byar”."]),
        ("Cia", ["Kan svara om ”Pengarna”."]),
    ]


def test_nothing_of_another_strategy_is_found(strategy: Strategy, broadband: ActionPlan) -> None:
    factories.make_activity(broadband, title="Fiber till byar")
    other = factories.make_strategy(is_current=False)

    assert not answer(other, "fiber").activities


def test_same_question_gets_the_same_answer(strategy: Strategy, broadband: ActionPlan, rural: ActionPlan) -> None:
    for plan in (broadband, rural):
        for _n in range(9):
            factories.make_activity(plan, title="Kabel till gården", goal=factories.make_goal(strategy))

    one, other = (answer(strategy, "kabel till gårdarna i byn") for _n in range(2))

    assert one == other


@pytest.mark.parametrize("state", [{"publication": "draft"}, {"publication": "archived"}], ids=["draft", "withdrawn"])
def test_what_is_not_published_fits_nothing_and_tells_nothing(strategy: Strategy, state: dict[str, Any]) -> None:
    theme = factories.make_theme(title="Hemligt")
    plan = factories.make_plan(theme, strategy)
    hidden = {"title": "Kanariefiske", "summary": "Kanariefiske.", **state}
    factories.make_activity(plan, **hidden)
    factories.make_priority(factories.make_goal(strategy), **hidden)
    factories.make_goal(strategy, **hidden)
    factories.make_programme(name="Kanariefiske", summary="Kanariefiske.", **state)
    open_programme = factories.make_programme(name="Öppet", themes=[theme])
    factories.make_call(open_programme, **hidden)

    assert not answer(strategy, "kanariefiske")
    assert things(answer(strategy, theme=Theme.objects.get()).programmes) == [open_programme]
    assert answer(strategy, theme=Theme.objects.get()).calls == []


def test_kind_alone_shows_the_programmes_that_take_such_applicants(strategy: Strategy) -> None:
    programme = factories.make_programme(applicants=[Organisation.Kind.UNIVERSITY])
    factories.make_programme(applicants=[Organisation.Kind.BUSINESS])

    found = answer(strategy, kind="university")

    assert (things(found.programmes), found.themes, found.activities) == ([programme], [], [])
