"""Rows of a form that somebody else has changed, added or deleted since it was opened."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from actionplans.models import Activity, Contribution, Involvement, Milestone
from tests import factories
from tests.publishing.opened_forms import form_of, open_form, save_as, send, send_again, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity() -> Activity:
    activity = factories.make_activity(responsible=factories.make_organisation(name_sv="Region Väst"))
    factories.make_milestone(activity, title_sv="Förstudie", due_on="2026-09-01")
    return activity


def test_a_row_that_the_other_changed_is_told_and_kept(editor: Client, peter: User, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    activity.milestones.update(title_sv="Peters milstolpe")

    stopped = send(editor, form_of(activity), form, title_sv="Min rubrik")
    again = send_again(editor, activity, stopped)

    assert (stopped.status_code, again.status_code) == (200, 302)
    assert "Peters milstolpe" in words_of(stopped)
    assert [row.title_sv for row in activity.milestones.all()] == ["Peters milstolpe"]


def test_a_row_that_both_changed_shows_both(editor: Client, peter: User, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    activity.milestones.update(title_sv="Peters milstolpe")

    stopped = send(editor, form_of(activity), form, **{"milestones-0-title_sv": "Min milstolpe"})
    again = send_again(editor, activity, stopped)

    assert "Ditt Min milstolpe Sparat nu av Peter Berg" in words_of(stopped)
    assert again.status_code == 302
    assert [row.title_sv for row in activity.milestones.all()] == ["Min milstolpe"]


@pytest.mark.parametrize(("typed", "left"), [("", []), ("Min milstolpe", ["Min milstolpe"])])
def test_a_row_that_the_other_deleted_can_be_saved_without_or_again(
    editor: Client, peter: User, activity: Activity, typed: str, left: list[str]
) -> None:
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    activity.milestones.all().delete()

    stopped = send(editor, form_of(activity), form, **({"milestones-0-title_sv": typed} if typed else {}))
    again = send_again(editor, activity, stopped)

    words = words_of(stopped)
    assert (stopped.status_code, again.status_code) == (200, 302)
    assert "Peter Berg" in words
    assert (typed or "Förstudie") in words
    assert [row.title_sv for row in Milestone.objects.filter(activity=activity)] == left


def test_a_row_that_both_deleted_is_no_conflict(editor: Client, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    activity.milestones.all().delete()

    assert send(editor, form_of(activity), form, **{"milestones-0-DELETE": "on"}).status_code == 302


def test_a_row_that_the_other_added_is_in_the_form(editor: Client, peter: User, activity: Activity) -> None:
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    factories.make_milestone(activity, title_sv="Ny milstolpe", due_on="2026-10-01")

    stopped = send(editor, form_of(activity), form, title_sv="Min rubrik")
    again = send_again(editor, activity, stopped)

    assert (stopped.status_code, again.status_code) == (200, 302)
    assert "Ny milstolpe" in words_of(stopped)
    assert [row.title_sv for row in activity.milestones.all()] == ["Förstudie", "Ny milstolpe"]


def test_a_row_of_each_survives(editor: Client, peter: User, activity: Activity) -> None:
    """Both editors add a milestone in the next free row of the form."""
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    factories.make_milestone(activity, title_sv="Peters nya", due_on="2026-10-01")
    mine = {
        "milestones-TOTAL_FORMS": "2",
        "milestones-1-title_sv": "Min nya",
        "milestones-1-due_on": "2026-11-01",
        "milestones-1-activity": str(activity.pk),
        "milestones-1-id": "",
    }

    stopped = send(editor, form_of(activity), form, **mine)
    again = send_again(editor, activity, stopped)

    assert (stopped.status_code, again.status_code) == (200, 302)
    assert [row.title_sv for row in activity.milestones.all()] == ["Förstudie", "Peters nya", "Min nya"]


def test_rows_that_an_import_wrote_anew_are_the_same_rows(editor: Client, activity: Activity) -> None:
    """An import from Excel recreates all roles of an activity that it changes, under new primary keys."""
    form = open_form(editor, form_of(activity))
    (role,) = activity.involvements.all()
    activity.involvements.all().delete()
    Involvement.objects.create(activity=activity, organisation=role.organisation, role=role.role)

    response = send(editor, form_of(activity), form, title_sv="Min rubrik")

    assert response.status_code == 302
    assert activity.involvements.count() == 1


def test_a_row_with_the_same_key_is_followed_to_what_it_became(editor: Client, peter: User) -> None:
    activity, goal = factories.make_activity(), factories.make_goal()
    goal.strategy.plans.add(activity.plan)
    Contribution.objects.create(activity=activity, goal=goal, how_sv="Så.")
    form = open_form(editor, form_of(activity))
    save_as(peter, activity)
    activity.contributions.all().delete()
    Contribution.objects.create(activity=activity, goal=goal, how_sv="Peters sätt.")

    stopped = send(editor, form_of(activity), form, **{"contributions-0-how_sv": "Mitt sätt."})
    again = send_again(editor, activity, stopped)

    assert "Ditt Mitt sätt. Sparat nu av Peter Berg" in words_of(stopped)
    assert again.status_code == 302
    assert [row.how_sv for row in activity.contributions.all()] == ["Mitt sätt."]


def test_an_indicators_value_that_became_a_revision_is_followed(editor: Client, peter: User) -> None:
    indicator = factories.make_indicator({2015: "70"}, {2030: "80"})
    form = open_form(editor, form_of(indicator))
    other = open_form(editor, form_of(indicator))
    assert send(editor, form_of(indicator), other, **{"values-0-value": "75"}).status_code == 302

    stopped = send(editor, form_of(indicator), form, **{"values-0-value": "77"})
    again = send_again(editor, indicator, stopped)

    assert (stopped.status_code, again.status_code) == (200, 302)
    assert [row.value for row in indicator.values.current()] == [77]
