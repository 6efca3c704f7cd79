"""A plan's page shows the plan with its activities, people, documents and goals, and nothing unpublished."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from lxml import html

from actionplans.models import Activity
from publishing.models import Publication
from tests import factories

pytestmark = pytest.mark.django_db
TOMORROW = timedelta(days=1)


@pytest.fixture
def read(client):
    """Returns a function that reads a plan's page, or None where there is none, and what it shows as `context`."""

    def read_page(plan):
        response = client.get(plan.get_absolute_url())
        if response.status_code == 404:
            return None
        page = html.document_fromstring(response.content.decode())
        page.context = response.context
        return page

    return read_page


def list_titles(page):
    return page.xpath("//section[@id='activities']//h4/a/text()")


def list_headings(page):
    """Return the goals over the activities; an empty text stands for no goal."""
    return [" ".join(found.xpath("./a/text()")) for found in page.xpath("//section[@id='activities']//h3")]


def test_plan_holds_what_its_page_shows(read):
    person, document = factories.make_staff(), factories.make_document()
    plan = factories.make_plan(coordinators=[person], documents=[document], adopted_on=date(2016, 3, 1))
    goal, organisation = factories.make_goal(plan.strategy), factories.make_organisation()
    activity = factories.make_activity(plan, goal=goal, responsible=organisation)

    page = read(plan)

    assert page.xpath("//h1/text()") == [plan.title]
    assert "Antagen 1 mars 2016" in page.xpath("normalize-space(//p[@class='byline'])")
    assert page.xpath("//h4/a/@href") == [activity.get_absolute_url()]
    assert organisation.name in page.xpath("//ul[@class='rows']//p[@class='meta']/span/text()")
    assert page.xpath("//section[@id='activities']//h3/a/@href") == [goal.get_absolute_url()]
    assert page.xpath("//aside//dd/a/@href") == [
        plan.strategy.get_absolute_url(),
        goal.get_absolute_url(),
        person.get_absolute_url(),
    ]
    assert page.xpath(f"//aside//a[@href='{document.get_absolute_url()}']/text()") == [document.title]
    assert page.context["plan"].documents.all()[0].current_version.pages == document.current_version.pages


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
def test_nothing_unpublished_is_read(read, state):
    assert read(factories.make_plan(**state)) is None

    hidden = [factories.make_staff(**state), factories.make_document(**state)]
    plan = factories.make_plan(coordinators=hidden[:1], documents=hidden[1:])
    hidden_goal = factories.make_goal(plan.strategy, **state)
    factories.make_activity(plan, goal=hidden_goal, title="Visas")
    factories.make_activity(plan, title="Visas inte", **state)
    page = read(plan)

    assert list_titles(page) == ["Visas"]
    assert not {each.get_absolute_url() for each in (*hidden, hidden_goal)} & set(page.xpath("//@href"))
    assert list_headings(page) == [""]


def test_plan_is_read_as_at_a_moment(read):
    plan = factories.make_plan()
    factories.make_activity(plan, title="Sedan", publish_from=timezone.now() + TOMORROW)
    assert list_titles(read(plan)) == []
    with time_machine.travel(timezone.now() + 2 * TOMORROW):
        assert list_titles(read(plan)) == ["Sedan"]


def test_activity_is_listed_once_under_its_first_goal(read):
    plan = factories.make_plan()
    first = factories.make_goal(plan.strategy, position=1)
    second = factories.make_goal(plan.strategy, position=2)
    activity = factories.make_activity(plan, goal=second)
    activity.contributions.create(goal=first, how_sv="Också.")
    page = read(plan)
    assert (list_headings(page), list_titles(page)) == ([first.title], [activity.title])
    assert page.xpath("//section[@id='activities']//h3/a/@href") == [first.get_absolute_url()]


@pytest.mark.parametrize("status", list(Activity.Delivery))
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_lateness_is_the_same_for_model_queryset_and_page(read, status, days):
    plan = factories.make_plan()
    ends_on = timezone.localdate() + timedelta(days=days)
    activity = factories.make_activity(
        plan,
        delivery_status=status,
        ends_on=ends_on,
        status_reason="Därför." if status in Activity.NEEDS_REASON else "",
    )
    assert bool(read(plan).xpath("//section[@id='activities']//*[@data-status='late']")) == activity.is_late()
    assert Activity.objects.late().exists() == activity.is_late()


def test_missing_english_is_swedish_and_says_so(read):
    plan = factories.make_plan(title_sv="Plan", title_en="", summary_en="Summary")
    assert read(plan).xpath("//h1/@lang") == []
    with translation.override("en"):
        page = read(plan)
    assert page.xpath("//h1[@lang='sv']/text()") == ["Plan"]
    assert page.xpath("//p[@class='lead'][not(@lang)]/text()") == ["Summary"]


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
