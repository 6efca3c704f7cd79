"""Plans and activities on the web: what stands where, and what the filters find."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from actionplans.models import Activity
from tests import factories

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=-1)


def found(client: Client, **asked: str) -> list[str]:
    """Slugs of the activities that the list finds."""
    response = client.get("/aktiviteter/", asked)
    assert response.status_code == 200
    return [activity.slug for activity in response.context["page"]]


@pytest.fixture
def activities() -> None:
    """Three activities that differ in everything that can be asked for."""
    yesterday = timezone.localdate() + YESTERDAY
    strategy = factories.make_strategy()
    one, other = (factories.make_plan(strategy=strategy, slug=slug) for slug in ("ena", "andra"))
    goal, priority = factories.make_goal(strategy, slug="mal"), factories.make_priority()
    organisation = factories.make_organisation(slug="kommunen")
    factories.make_activity(one, slug="fiber", title="Fiber till byn", goal=goal, responsible=organisation)
    factories.make_activity(
        other, slug="sen", title="Skogen", ends_on=yesterday, participating=(organisation,), priority=priority
    )
    factories.make_activity(other, slug="klar", title="Skolan", ends_on=yesterday, delivery_status="done", goal=goal)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"fiber", "sen", "klar"}),
        ({"q": "SKOGEN"}, {"sen"}),
        ({"q": "100 %"}, set()),
        ({"plan": "andra"}, {"sen", "klar"}),
        ({"goal": "mal"}, {"fiber", "klar"}),
        ({"organisation": "kommunen"}, {"fiber", "sen"}),
        ({"status": "done"}, {"klar"}),
        ({"status": "late"}, {"sen"}),
        ({"goal": "mal", "plan": "andra", "status": "done", "q": "skol"}, {"klar"}),
        ({"status": "finns-inte", "plan": "finns-inte"}, {"fiber", "sen", "klar"}),
        ({"q": "\x00"}, {"fiber", "sen", "klar"}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
@pytest.mark.usefixtures("activities")
def test_filters_find(client: Client, asked: dict[str, str], expected: set[str]) -> None:
    assert set(found(client, **asked)) == expected


@pytest.mark.usefixtures("activities")
def test_result_is_counted_in_words_that_are_read_out(client: Client) -> None:
    texts = {}
    for words in ("skolan", "finns inte"):
        page = html.document_fromstring(client.get("/aktiviteter/", {"q": words}).content.decode())
        texts[words] = page.xpath("string(//*[@role='status'])")

    assert texts == {"skolan": "1 aktivitet", "finns inte": "0 aktiviteter"}


def test_pages_of_the_list_keep_what_was_asked(client: Client) -> None:
    plan = factories.make_plan(slug="plan")
    for _ in range(31):
        factories.make_activity(plan)

    page = client.get("/aktiviteter/", {"plan": "plan", "q": "aktivitet"})
    forward = html.document_fromstring(page.content.decode()).xpath("//a[@rel='next']/@href")

    assert forward == ["?plan=plan&q=aktivitet&page=2"]
    assert len(client.get("/aktiviteter/" + forward[0]).context["page"]) == 1


def test_activity_tells_who_when_and_how(client: Client) -> None:
    goal = factories.make_goal(title="Kompetens")
    responsible, other = factories.make_organisation(name="Kramfors kommun"), factories.make_organisation(name="Almi")
    factories.make_activity(
        factories.make_plan(slug="plan"),
        slug="fiber",
        goal=goal,
        responsible=responsible,
        participating=(other,),
        starts_on=date(2016, 3, 1),
        ends_on=date(2017, 12, 31),
        delivery_status=Activity.Delivery.PAUSED,
        status_reason="Pengarna är slut.",
    )

    page = html.document_fromstring(client.get("/handlingsplaner/plan/fiber/").content.decode())

    facts = [" ".join(part.text_content().split()) for part in page.xpath("//dl[@class='facts']/*")]
    assert facts == ["När", "1 mars 2016 – 31 december 2017", "Ansvarig", "Kramfors kommun", "Medverkande", "Almi"]
    assert "Pengarna är slut." in page.text_content()
    assert "Så här bidrar den." in page.text_content()
    assert page.xpath("//*[@class='byline']/*[@data-status]/@data-status") == ["paused"]


@pytest.mark.parametrize(
    ("status", "ends_in", "late"),
    [
        ("ongoing", -1, True),
        ("planned", -1, True),
        ("ongoing", 0, False),
        ("done", -1, False),
        ("ongoing", None, False),
    ],
)
def test_late_is_told_by_the_dates(client: Client, status: str, ends_in: int | None, *, late: bool) -> None:
    ends_on = None if ends_in is None else timezone.localdate() + timedelta(days=ends_in)
    plan = factories.make_plan(slug="plan")
    factories.make_activity(
        plan, slug="fiber", delivery_status=status, ends_on=ends_on, goal=factories.make_goal(plan.strategy)
    )

    for path in ("/handlingsplaner/plan/", "/handlingsplaner/plan/fiber/", "/aktiviteter/", "/"):
        assert (b'data-status="late"' in client.get(path).content) is late, path


def test_list_of_plans_counts_what_is_published_only(client: Client) -> None:
    plan = factories.make_plan()
    factories.make_activity(plan, delivery_status="done")
    factories.make_activity(plan, publication="draft")

    page = html.document_fromstring(client.get("/handlingsplaner/").content.decode())

    assert [" ".join(part.split()) for part in page.xpath("//*[@class='parts']/li/text()")] == ["1 klar"]


def test_same_slug_in_two_plans_is_two_activities(client: Client) -> None:
    for slug in ("ena", "andra"):
        factories.make_activity(factories.make_plan(slug=slug), slug="fiber", title=f"Fiber {slug}")

    titles = [client.get(f"/handlingsplaner/{slug}/fiber/").context["activity"].title for slug in ("ena", "andra")]

    assert titles == ["Fiber ena", "Fiber andra"]
