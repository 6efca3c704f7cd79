"""The pages of plans and activities, and the filters of the list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from actionplans.models import Activity
from tests import factories

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=-1)


def found(client: Client, **asked: str) -> list[str]:
    """Return the slugs of the activities in the list."""
    response = client.get("/aktiviteter/", asked)
    assert response.status_code == 200
    return [activity.slug for activity in response.context["page"]]


@pytest.fixture
def activities() -> None:
    """Create three activities that differ in everything that can be filtered."""
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
        ({"q": "skog"}, {"sen"}),
        ({"q": "byar"}, {"fiber"}),
        ({"q": "fiber byn"}, {"fiber"}),
        ({"q": '"fiber till byn"'}, {"fiber"}),
        ({"q": '"byn till fiber"'}, set()),
        ({"q": "-fiber"}, {"sen", "klar"}),
        ({"q": "fibe"}, {"fiber"}),
        ({"q": "kog"}, set()),
        ({"q": "!!!"}, set()),
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
        texts[words] = page.xpath("normalize-space(//*[@role='status'])")

    assert texts == {"skolan": "1 aktivitet", "finns inte": "0 aktiviteter"}


def test_pages_of_the_list_keep_what_was_asked(client: Client) -> None:
    plan = factories.make_plan(slug="plan")
    for _ in range(26):
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


def activity_page(client: Client, path: str = "/handlingsplaner/plan/fiber/") -> html.HtmlElement:
    return html.document_fromstring(client.get(path).content.decode())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_activity_tells_what_was_reported_publicly_newest_first(client: Client) -> None:
    activity = factories.make_activity(factories.make_plan(slug="plan"), slug="fiber")
    factories.make_update(activity, reported_on=date(2026, 3, 2), before="planned", text_sv="Vi började.")
    factories.make_update(activity, reported_on=date(2026, 9, 14), text_sv="<b>Halvvägs</b>", text_en="Halfway.")
    factories.make_update(activity, reported_on=date(2026, 10, 1), text="Hemligt för oss", is_public=False)

    swedish, english = activity_page(client), activity_page(client, "/en/action-plans/plan/fiber/")

    assert [words(row) for row in swedish.xpath("//ol[@class='log']/li")] == [
        "14 september 2026 Pågår <b>Halvvägs</b> Frida Bergman, Samordnare",
        "2 mars 2026 Planerad → Pågår Vi började. Frida Bergman, Samordnare",
    ]
    assert [words(row) for row in english.xpath("//ol[@class='log']/li")] == [
        "14 September 2026 Ongoing Halfway. Frida Bergman, Samordnare",
        "2 March 2026 Planned → Ongoing The work is on schedule. Frida Bergman, Samordnare",
    ]


def test_internal_reports_are_nowhere_in_public(client: Client) -> None:
    strategy = factories.make_strategy(slug="strategin")
    goal = factories.make_goal(strategy, slug="malet")
    activity = factories.make_activity(factories.make_plan(slug="plan", strategy=strategy), slug="fiber", goal=goal)
    factories.make_update(activity, text="Xyzzymar", signed_by="Plughvar", is_public=False)
    factories.make_update(activity, text="Offentligt")
    paths = ["/", "/handlingsplaner/", "/handlingsplaner/plan/", "/handlingsplaner/plan/fiber/", "/aktiviteter/"]
    paths += ["/aktiviteter/?q=Xyzzymar", "/strategi/strategin/", "/mal/malet/", "/nyheter/flode.xml", "/sitemap.xml"]
    paths += ["/webbkarta/", "/en/action-plans/plan/fiber/"]

    pages = {path: client.get(path).content.decode() for path in paths}

    assert "Offentligt" in pages["/handlingsplaner/plan/fiber/"]
    assert [path for path, page in pages.items() if "Plughvar" in page] == []
    assert [path for path, page in pages.items() if "Xyzzymar" in page] == ["/aktiviteter/?q=Xyzzymar"]
    assert found(client, q="Xyzzymar") == []


def test_milestones_are_reached_late_or_due(client: Client) -> None:
    today = timezone.localdate()
    activity = factories.make_activity(factories.make_plan(slug="plan"), slug="fiber")
    factories.make_milestone(activity, title="Nått", due_on=date(2026, 1, 1), reached_on=date(2026, 2, 1))
    factories.make_milestone(activity, title="Sent", due_on=today - timedelta(days=1))
    factories.make_milestone(activity, title="Idag", due_on=today)

    marks = activity_page(client).xpath("//ul[@class='milestones']/li/span/@data-status")

    assert marks == ["done", "late", "planned"]


def test_milestones_of_a_stopped_activity_are_not_late(client: Client) -> None:
    plan = factories.make_plan(slug="plan")
    activity = factories.make_activity(plan, slug="fiber", delivery_status="cancelled", status_reason="Slut.")
    factories.make_milestone(activity, due_on=timezone.localdate() - timedelta(days=1))

    assert activity_page(client).xpath("//ul[@class='milestones']//@data-status") == ["planned"]


def test_activity_tells_what_it_costs_and_who_pays(client: Client) -> None:
    activity = factories.make_activity(factories.make_plan(slug="plan"), slug="fiber", planned_amount=12_345_678)
    organisation = factories.make_organisation(name="Tillväxtverket")
    activity.involvements.create(organisation=organisation, role="financing", amount=1_200_000)

    facts = [
        [words(part) for part in activity_page(client, path).xpath("//dl[@class='facts']/*")]
        for path in ("/handlingsplaner/plan/fiber/", "/en/action-plans/plan/fiber/")
    ]

    assert facts[0][3] == "12 345 678 kronor"
    assert facts[0][-1] == "Tillväxtverket 1 200 000 kronor"
    assert facts[1][1:4:2] == ["1 January 2016 – continuous", "12,345,678 kronor"]


@pytest.mark.parametrize(("status", "told"), [("ongoing", True), ("paused", True), ("done", False)])
def test_reader_sees_when_it_was_last_confirmed(client: Client, status: str, *, told: bool) -> None:
    moment = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)  # the 4th in Stockholm
    given = {"delivery_status": status, "status_reason": "Därför." if status == "paused" else ""}
    factories.make_activity(factories.make_plan(slug="plan"), slug="fiber", last_confirmed_at=moment, **given)

    byline = words(activity_page(client, "/en/action-plans/plan/fiber/").xpath("//*[@class='byline']")[0])

    assert ("Last confirmed 4 November 2026" in byline) is told


@pytest.mark.parametrize(
    ("given", "years"),
    [
        ({"starts_on": date(2024, 3, 1), "ends_on": date(2027, 1, 1)}, "2024–2027"),
        ({"starts_on": date(2024, 3, 1), "ends_on": date(2024, 9, 1)}, "2024"),
        ({"starts_on": date(2024, 3, 1)}, "continuous from 2024"),
        ({"starts_on": None}, "continuous"),
        ({"starts_on": None, "ends_on": date(2024, 9, 1)}, "–2024"),
        ({"starts_on": date(2024, 3, 1), "delivery_status": "done"}, "2024–"),
        ({"starts_on": None, "delivery_status": "done"}, ""),
    ],
    ids=str,
)
def test_years_are_the_same_in_list_and_plan(client: Client, given: dict[str, Any], years: str) -> None:
    plan = factories.make_plan(slug="plan")
    factories.make_activity(plan, goal=factories.make_goal(plan.strategy), **given)

    shown = {
        path: [words(span) for span in activity_page(client, path).xpath("//p[@class='meta']/span[not(@data-status)]")]
        for path in ("/en/action-plans/plan/", "/en/activities/")
    }

    assert shown == dict.fromkeys(shown, [years] if years else [])
