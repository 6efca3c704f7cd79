"""The prepared query of a plan's page shows what the models would show, and nothing more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from actionplans.models import Activity
from actionplans.plan_page import read_plan
from publishing.models import Publication
from tests import factories

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


def titles(plan):
    return [activity["title"] for activity in plan["activities"]]


def test_plan_is_read_in_one_query(django_assert_num_queries):
    plan = factories.make_plan(coordinators=[factories.make_staff()], documents=[factories.make_document()])
    goal = factories.make_goal(plan.strategy)
    for _ in range(20):
        factories.make_activity(plan, goal=goal, responsible=factories.make_organisation())
    read_plan("finns-inte")  # each connection prepares the query before its first use
    with django_assert_num_queries(1):
        read = read_plan(plan.slug)
    assert len(read["activities"]) == 20


def test_plan_holds_what_its_page_shows():
    person, document = factories.make_staff(), factories.make_document()
    plan = factories.make_plan(coordinators=[person], documents=[document], adopted_on=date(2016, 3, 1))
    goal, organisation = factories.make_goal(plan.strategy), factories.make_organisation()
    activity = factories.make_activity(plan, goal=goal, responsible=organisation)

    read = read_plan(plan.slug)

    assert (read["title"], read["adopted_on"]) == (plan.title, date(2016, 3, 1))
    assert [row["url"] for row in read["activities"]] == [activity.get_absolute_url()]
    assert [row["name"] for row in read["activities"][0]["responsible"]] == [organisation.name]
    assert [group["goal"]["url"] for group in read["groups"]] == [goal.get_absolute_url()]
    assert [row["url"] for row in read["coordinators"]] == [person.get_absolute_url()]
    assert [row["get_absolute_url"] for row in read["documents"]] == [document.get_absolute_url()]
    assert read["documents"][0]["current_version"]["pages"] == document.current_version.pages


@pytest.mark.parametrize(
    "state",
    [
        {"publication": Publication.DRAFT},
        {"publication": Publication.ARCHIVED},
        {"publish_from": datetime(2999, 1, 1, tzinfo=UTC)},
        {"publish_until": datetime(2020, 1, 1, tzinfo=UTC), "publish_from": datetime(2019, 1, 1, tzinfo=UTC)},
    ],
    ids=["draft", "archived", "not yet", "no longer"],
)
def test_nothing_unpublished_is_read(state):
    assert read_plan(factories.make_plan(**state).slug) is None

    plan = factories.make_plan(
        coordinators=[factories.make_staff(**state)], documents=[factories.make_document(**state)]
    )
    hidden_goal = factories.make_goal(plan.strategy, **state)
    factories.make_activity(plan, goal=hidden_goal, title="Visas")
    factories.make_activity(plan, title="Visas inte", **state)
    read = read_plan(plan.slug)

    assert titles(read) == ["Visas"]
    assert (read["coordinators"], read["documents"], read["goals"]) == ([], [], [])
    assert [group["goal"] for group in read["groups"]] == [None]


def test_plan_is_read_as_at_a_moment():
    plan = factories.make_plan()
    factories.make_activity(plan, title="Sedan", publish_from=timezone.now() + TOMORROW)
    assert titles(read_plan(plan.slug)) == []
    assert titles(read_plan(plan.slug, at=timezone.now() + 2 * TOMORROW)) == ["Sedan"]


def test_activity_is_listed_once_under_its_first_goal():
    plan = factories.make_plan()
    first = factories.make_goal(plan.strategy, position=1)
    second = factories.make_goal(plan.strategy, position=2)
    activity = factories.make_activity(plan, goal=second)
    activity.contributions.create(goal=first, how_sv="Också.")
    assert [(group["goal"]["slug"], len(group["activities"])) for group in read_plan(plan.slug)["groups"]] == [
        (first.slug, 1)
    ]


@pytest.mark.parametrize("status", list(Activity.Delivery))
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_lateness_is_the_same_for_model_queryset_and_page(status, days):
    plan = factories.make_plan()
    ends_on = timezone.localdate() + timedelta(days=days)
    activity = factories.make_activity(
        plan,
        delivery_status=status,
        ends_on=ends_on,
        status_reason="Därför." if status in Activity.NEEDS_REASON else "",
    )
    assert read_plan(plan.slug)["activities"][0]["is_late"] == activity.is_late()
    assert Activity.objects.late().exists() == activity.is_late()


def test_missing_english_is_swedish_and_says_so():
    plan = factories.make_plan(title_sv="Plan", title_en="", summary_en="Summary")
    with translation.override("en"):
        read = read_plan(plan.slug)
    assert (read["title"], read["title_is_swedish"]) == ("Plan", True)
    assert (read["summary"], read["summary_is_swedish"]) == ("Summary", False)


def test_page_shows_the_plan(client):
    plan = factories.make_plan(title="Handlingsplan för skärgården")
    factories.make_activity(plan, title="Bryggor", delivery_status="done")
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "<h1>Handlingsplan för skärgården</h1>" in page
    assert "1 klar" in page
    assert "Bryggor" in page


def test_former_address_leads_to_the_plan(client):
    plan = factories.make_plan(slug="gammal")
    plan.slug = "ny"
    plan.save()
    response = client.get("/handlingsplaner/gammal/")
    assert (response.status_code, response["Location"]) == (301, "/handlingsplaner/ny/")
