"""Coordinators edit their own plans, and no forged request reaches another's."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from actionplans.admin.attention import get_attention_conditions
from actionplans.models import ActionPlan, Activity, Involvement
from publishing.models import Publication
from tests.factories import (
    MINOR,
    make_activity,
    make_goal,
    make_milestone,
    make_organisation,
    make_plan,
    make_priority,
    make_staff,
    make_strategy,
    make_user,
)

pytestmark = pytest.mark.django_db

ACTIVITIES = "/admin/actionplans/activity/"


@pytest.fixture
def coordinator() -> User:
    return make_user(Role.COORDINATOR)


@pytest.fixture
def own(coordinator: User) -> ActionPlan:
    return make_plan(coordinators=[make_staff(user=coordinator)], title_sv="Egen plan")


@pytest.fixture
def other() -> ActionPlan:
    return make_plan(coordinators=[make_staff()], title_sv="Annans plan")


@pytest.fixture
def client(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


def change(thing: Any) -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def activity_data(plan: ActionPlan, **given: Any) -> dict[str, Any]:
    """Return what the form of an activity posts; goals and organisations only if given."""
    return {
        "plan": plan.pk,
        "title_sv": "Ny aktivitet",
        "title_en": "New activity",
        "slug": "ny-aktivitet",
        "summary_sv": "Något görs.",
        "delivery_status": "planned",
        **MINOR,
        "milestones-TOTAL_FORMS": 0,
        "milestones-INITIAL_FORMS": 0,
        "contributions-TOTAL_FORMS": 0,
        "contributions-INITIAL_FORMS": 0,
        "involvements-TOTAL_FORMS": 0,
        "involvements-INITIAL_FORMS": 0,
    } | given


def rows(prefix: str, initial: int, *rows: dict[str, Any]) -> dict[str, Any]:
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def plan_data(plan: ActionPlan, **given: Any) -> dict[str, Any]:
    names = ("slug", "title_sv", "summary_sv", "status", "period_start", "period_end")
    return MINOR | {"theme": plan.theme_id, "strategy": plan.strategy_id} | {n: getattr(plan, n) for n in names} | given


def test_lists_hold_her_own_plans_and_activities_only(client: Client, own: ActionPlan, other: ActionPlan) -> None:
    make_activity(own, title_sv="Egen aktivitet")
    make_activity(other, title_sv="Annans aktivitet")

    plans = client.get("/admin/actionplans/actionplan/").context["cl"].result_list
    activities = client.get(ACTIVITIES).context["cl"].result_list

    assert [plan.title for plan in plans] == ["Egen plan"]
    assert [activity.title for activity in activities] == ["Egen aktivitet"]


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_pages_of_anothers_plan_lead_away(client: Client, other: ActionPlan, page: str) -> None:
    activity = make_activity(other)

    for thing in (other, activity):
        url = reverse(f"admin:actionplans_{thing._meta.model_name}_{page}", args=[thing.pk])
        assert client.get(url).status_code in (302, 403)


def test_forged_post_does_not_change_anothers_plan(client: Client, own: ActionPlan, other: ActionPlan) -> None:
    response = client.post(change(other), plan_data(other, title_sv="Kapad"))

    other.refresh_from_db()
    assert (response.status_code, other.title_sv) == (403, "Annans plan")
    assert "Kapad" in response.content.decode()  # what was typed is not lost


def test_forged_post_does_not_change_anothers_activity(client: Client, own: ActionPlan, other: ActionPlan) -> None:
    activity = make_activity(other, title_sv="Annans")

    response = client.post(change(activity), activity_data(own, title_sv="Kapad"))

    activity.refresh_from_db()
    assert (response.status_code, activity.title_sv, activity.plan) == (403, "Annans", other)


def test_forged_choice_does_not_add_to_anothers_plan(client: Client, own: ActionPlan, other: ActionPlan) -> None:
    response = client.post(f"{ACTIVITIES}add/", activity_data(other))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"plan"}
    assert not Activity.objects.exists()


def test_forged_choice_does_not_move_an_activity_to_anothers_plan(
    client: Client, own: ActionPlan, other: ActionPlan
) -> None:
    activity = make_activity(own)

    client.post(change(activity), activity_data(other))

    activity.refresh_from_db()
    assert activity.plan == own


def test_forged_action_does_not_reach_anothers_activities(client: Client, own: ActionPlan, other: ActionPlan) -> None:
    mine, theirs = make_activity(own), make_activity(other)

    client.post(ACTIVITIES, {"action": "withdraw", "_selected_action": [mine.pk, theirs.pk]})

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.publication, theirs.publication) == (Publication.ARCHIVED, Publication.PUBLISHED)


def test_forged_post_does_not_change_who_coordinates(client: Client, own: ActionPlan) -> None:
    intruder = make_staff()

    response = client.post(change(own), plan_data(own, coordinators=[intruder.pk], title_sv="Nytt namn"))

    own.refresh_from_db()
    assert (response.status_code, own.title_sv) == (302, "Nytt namn")
    assert intruder not in own.coordinators.all()
    assert own.coordinators.count() == 1


def test_plans_are_not_added_or_deleted_by_coordinators(client: Client, own: ActionPlan) -> None:
    assert client.get("/admin/actionplans/actionplan/add/").status_code == 403
    assert client.post("/admin/actionplans/actionplan/add/", plan_data(own, slug="ny")).status_code == 403
    assert (
        client.post(reverse("admin:actionplans_actionplan_delete", args=[own.pk]), {"post": "yes"}).status_code == 403
    )
    assert ActionPlan.objects.get() == own


def test_coordinator_without_a_plan_adds_no_activity(client: Client, other: ActionPlan) -> None:
    assert client.post(f"{ACTIVITIES}add/", activity_data(other)).status_code == 403


def test_activity_is_added_as_a_draft_with_goals_and_organisations(client: Client, own: ActionPlan) -> None:
    goal = make_goal(own.strategy)
    priority, organisation = make_priority(goal), make_organisation()
    data = activity_data(own)
    data |= rows("contributions", 0, {"goal": goal.pk, "priority": priority.pk, "how_sv": "Så."})
    data |= rows("involvements", 0, {"organisation": organisation.pk, "role": "responsible"})

    response = client.post(f"{ACTIVITIES}add/", data)

    assert response.status_code == 302, response.context["errors"]
    activity = Activity.objects.get()
    assert activity.publication == Publication.DRAFT
    assert [(c.goal, c.priority, c.how_sv) for c in activity.contributions.all()] == [(goal, priority, "Så.")]
    assert [(i.organisation, i.role) for i in activity.involvements.all()] == [(organisation, "responsible")]


def test_two_organisations_can_change_places_at_once(client: Client, own: ActionPlan) -> None:
    first, second = make_organisation(), make_organisation()
    activity = make_activity(own, responsible=first, participating=(second,))
    before = activity.involvements.get(organisation=first), activity.involvements.get(organisation=second)
    changed = rows(
        "involvements",
        2,
        {"id": before[0].pk, "organisation": first.pk, "role": "participating"},
        {"id": before[1].pk, "organisation": second.pk, "role": "responsible"},
    )

    response = client.post(change(activity), activity_data(own) | changed)

    assert response.status_code == 302, response.context["errors"]
    roles = {involvement.organisation: involvement.role for involvement in activity.involvements.all()}
    assert roles == {first: Involvement.Role.PARTICIPATING, second: Involvement.Role.RESPONSIBLE}


@pytest.mark.parametrize(
    ("second_role", "sentence"),
    [
        ("responsible", "Endast en organisation kan vara ansvarig."),
        ("participating", None),
    ],
)
def test_only_one_organisation_is_responsible(
    client: Client, own: ActionPlan, second_role: str, sentence: str | None
) -> None:
    data = activity_data(own) | rows(
        "involvements",
        0,
        {"organisation": make_organisation().pk, "role": "responsible"},
        {"organisation": make_organisation().pk, "role": second_role},
    )

    response = client.post(f"{ACTIVITIES}add/", data)

    assert response.status_code == (200 if sentence else 302)
    assert Activity.objects.exists() == (sentence is None)


def test_the_same_goal_twice_is_told_and_nothing_typed_is_lost(client: Client, own: ActionPlan) -> None:
    goal = make_goal(own.strategy)
    twice = [{"goal": goal.pk, "how_sv": "Först."}, {"goal": goal.pk, "how_sv": "Sedan."}]

    response = client.post(f"{ACTIVITIES}add/", activity_data(own) | rows("contributions", 0, *twice))

    page = response.content.decode()
    assert "Samma rad finns två gånger. Ta bort en av dem." in page
    assert "Först." in page
    assert "Sedan." in page
    assert "Ny aktivitet" in page
    assert not Activity.objects.exists()


def test_goals_to_choose_among_are_those_of_her_strategies(client: Client, own: ActionPlan) -> None:
    mine = make_goal(own.strategy, title_sv="Eget mål")
    make_goal(make_strategy(is_current=False), title_sv="Främmande mål")

    formsets = [inline.formset for inline in client.get(f"{ACTIVITIES}add/").context["inline_admin_formsets"]]

    formset = next(formset for formset in formsets if formset.prefix == "contributions")
    assert list(formset.forms[0].fields["goal"].queryset) == [mine]


def test_attention_filter_finds_what_needs_her(client: Client, own: ActionPlan) -> None:
    organisation, goal, now = make_organisation(), make_goal(own.strategy), timezone.now()
    sound = {"responsible": organisation, "goal": goal, "last_confirmed_at": now}
    make_activity(own, title_sv="Sen", ends_on="2017-01-01", **sound)
    make_activity(own, title_sv="Utkast", publication="draft", **sound)
    make_activity(own, title_sv="Utan mål", responsible=organisation, last_confirmed_at=now)
    make_activity(own, title_sv="Utan ansvarig", goal=goal, last_confirmed_at=now)
    make_activity(own, title_sv="Obekräftad", **sound | {"last_confirmed_at": now - timedelta(days=91)})
    make_activity(own, title_sv="Nyss bekräftad", **sound | {"last_confirmed_at": now - timedelta(days=89)})
    make_activity(own, title_sv="Pausad", delivery_status="paused", status_reason="Därför.", **sound)
    make_activity(own, title_sv="Klar", delivery_status="done", **sound | {"last_confirmed_at": None})
    never = make_activity(own, title_sv="Aldrig bekräftad", responsible=organisation, goal=goal)
    Activity.objects.filter(pk=never.pk).update(created_at=now - timedelta(days=91))
    today = timezone.localdate()
    for title, due, reached in [("Nära", 30, None), ("Passerat", -1, None), ("Långt", 31, None), ("Nått", 1, today)]:
        activity = make_activity(own, title_sv=f"{title} delmål", **sound)
        make_milestone(activity, due_on=today + timedelta(days=due), reached_on=reached)

    found = {
        value: {activity.title for activity in client.get(ACTIVITIES, {"attention": value}).context["cl"].result_list}
        for value in get_attention_conditions()
    }

    assert found == {
        "late": {"Sen"},
        "draft": {"Utkast"},
        "no_goal": {"Utan mål"},
        "no_responsible": {"Utan ansvarig"},
        "unconfirmed": {"Obekräftad", "Aldrig bekräftad"},
        "milestone": {"Nära delmål", "Passerat delmål"},
        "paused": {"Pausad"},
    }


def test_administrator_sees_every_plan_and_names_its_coordinators(
    client: Client, own: ActionPlan, other: ActionPlan
) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR))
    member = make_staff()

    response = client.post(change(other), plan_data(other, coordinators=[member.pk]))

    assert response.status_code == 302, response.context["errors"]
    assert list(other.coordinators.all()) == [member]
    assert client.get("/admin/actionplans/actionplan/").context["cl"].result_count == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("cykelvägarna", ["cykel"]),
        ("infrastruktur", ["cykel"]),
        ("ykelv", ["cykel"]),
        ("road", ["cykel"]),
        ("kommunen", ["buss"]),
        ("  ", ["buss", "cykel"]),
        ("annans", []),
    ],
)
def test_search_finds_words_in_other_forms_parts_of_words_and_organisations(
    client: Client, own: ActionPlan, other: ActionPlan, asked: str, found: list[str]
) -> None:
    make_activity(own, slug="cykel", title_sv="Cykelväg och transportinfrastruktur", title_en="A road")
    make_activity(own, slug="buss", title_sv="Bussar", responsible=make_organisation(name_sv="Ådalens kommunen"))
    make_activity(other, slug="annans", title_sv="Annans cykelväg")

    response = client.get(ACTIVITIES, {"q": asked})

    assert sorted(activity.slug for activity in response.context["cl"].queryset) == found
