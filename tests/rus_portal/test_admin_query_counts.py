"""Forms of the admin ask the database as often with many rows as with one."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.services.case_acts import set_title
from registry.services.registration import receive_message
from tests import factories
from tests.rus_portal.counting import MANY, count_queries

pytestmark = pytest.mark.django_db


def test_form_of_an_activity_asks_as_often_with_many_goals_and_organisations(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    plan, organisations = factories.make_plan(), [factories.make_organisation() for _n in range(MANY)]
    goals = [factories.make_goal(plan.strategy) for _n in range(MANY)]
    small = factories.make_activity(plan, goal=goals[0], responsible=organisations[0])
    large = factories.make_activity(plan, participating=tuple(organisations))
    factories.make_milestone(small)
    factories.make_update(small)
    for goal in goals:
        large.contributions.create(goal=goal, how_sv="Så.")
        factories.make_milestone(large)
        factories.make_update(large)
    url = "/admin/actionplans/activity/{}/change/"
    client.get(url.format(small.pk))

    assert count_queries(client, url.format(large.pk)) == count_queries(client, url.format(small.pk)) == 22


def test_form_of_an_indicator_asks_as_often_with_many_values_goals_and_areas(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    small = factories.make_indicator({2015: "70"}, {2030: "80"}, goals=[factories.make_goal()])
    areas = [factories.make_area(f"{n:04}") for n in range(MANY)]
    large = factories.make_indicator(dict.fromkeys(range(2000, 2025), "70"), {2030: "80", 2035: "85"}, areas=areas)
    large.goals.set([factories.make_goal() for _n in range(MANY)])
    url = "/admin/indicators/indicator/{}/change/"
    client.get(url.format(small.pk))

    assert count_queries(client, url.format(large.pk)) == count_queries(client, url.format(small.pk)) == 17


def test_pages_of_a_follow_up_ask_as_often_with_many_goals_and_documents(client: Client) -> None:
    client.force_login(User.objects.create_superuser("overordnad"))
    goal = factories.make_goal()
    factories.make_activity(goal=goal)
    small = factories.make_followup(goal.strategy)
    documents = [factories.make_document() for _n in range(MANY)]
    small.assessments.get().evidence.create(document=documents[0])
    for _n in range(MANY):
        factories.make_activity(goal=factories.make_goal(goal.strategy))
    large = factories.make_followup(goal.strategy)
    for document in documents:
        large.assessments.get(goal=goal).evidence.create(document=document)
    names = ["followup/followup/{0}/change", "followup/followup/{0}/preview", "followup/assessment/{1}/change"]
    for name in names:
        client.get(f"/admin/{name.format(small.pk, small.assessments.get(goal=goal).pk)}/")

    counts = [
        [count_queries(client, f"/admin/{name.format(row.pk, row.assessments.get(goal=goal).pk)}/") for name in names]
        for row in (small, large)
    ]

    assert counts == [[9, 20, 10]] * 2


def test_page_of_a_case_asks_as_often_with_many_events(client: Client) -> None:
    user = User.objects.create_superuser("overordnad")
    client.force_login(user)
    case = receive_message(factories.make_message()).record.case
    url = f"/admin/registry/case/{case.pk}/change/"
    client.get(url)
    one = count_queries(client, url)

    for n in range(MANY):
        set_title(case, f"Rubrik {n}", user)

    assert (count_queries(client, url), one) == (one, 16)
