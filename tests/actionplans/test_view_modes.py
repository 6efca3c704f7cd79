"""The activities as list, table, timeline and files: the same rows at addresses with the same query."""

import csv
import json
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from lxml import html

from actionplans.models import Activity, Involvement, Organisation
from actionplans.views.timeline import Window, build_bar, find_window
from tests import factories

pytestmark = pytest.mark.django_db
WAYS = ("", "tabell", "tidslinje")
TODAY = date(2026, 11, 24)


@pytest.fixture
def activities() -> None:
    """Create three activities that differ in theme, municipality, financier and year."""
    strategy = factories.make_strategy()
    one, other = (
        factories.make_plan(factories.make_theme(slug=slug), strategy, slug=f"plan-{slug}") for slug in ("ena", "andra")
    )
    town = factories.make_organisation(slug="kommunen")
    board = factories.make_organisation(slug="myndigheten", kind=Organisation.Kind.AGENCY)
    factories.make_activity(
        one,
        slug="fiber",
        responsible=board,
        participating=(town,),
        starts_on=date(2020, 1, 1),
        ends_on=date(2022, 5, 1),
    )
    paid = factories.make_activity(one, slug="skog", responsible=town, starts_on=date(2024, 1, 1))
    paid.involvements.create(organisation=board, role=Involvement.Role.FINANCING, amount=1_000_000)
    factories.make_activity(other, slug="skola", starts_on=None, ends_on=date(2023, 1, 1))
    factories.make_activity(other, slug="hemlig", publication="draft")


def slugs(client: Client, **asked: str) -> dict[str, set[str]]:
    """Return what each view mode shows for the same query."""
    found = {}
    for way in WAYS:
        page = client.get("/aktiviteter/", asked | ({"visa": way} if way else {})).context["page"]
        found[way or "lista"] = {activity.slug for activity in page}
    addresses = [row["address"] for row in read_json(client, **asked)["activities"]]
    found["json"] = {address.split("/")[-2] for address in addresses}
    found["csv"] = {row["Adress"].split("/")[-2] for row in read_csv(client, **asked)}
    found["xlsx"] = {row[-1].split("/")[-2] for row in read_sheet(client, **asked)[1:]}
    return found


def read_csv(client: Client, **asked: str) -> list[dict[str, str]]:
    text = b"".join(client.get("/aktiviteter.csv", asked)).decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def read_json(client: Client, path: str = "/aktiviteter.json", **asked: str) -> dict[str, Any]:
    return json.loads(b"".join(client.get(path, asked)))


def read_sheet(client: Client, **asked: str) -> list[tuple[Any, ...]]:
    content = b"".join(client.get("/aktiviteter.xlsx", asked))
    return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"fiber", "skog", "skola"}),
        ({"theme": "andra"}, {"skola"}),
        ({"municipality": "kommunen"}, {"fiber", "skog"}),
        ({"municipality": "myndigheten"}, {"fiber", "skog", "skola"}),  # no municipality: filters nothing
        ({"funding": "myndigheten"}, {"skog"}),
        ({"organisation": "myndigheten"}, {"fiber", "skog"}),
        ({"year": "2022"}, {"fiber", "skola"}),
        ({"year": "2023"}, {"skola"}),
        ({"year": "2025"}, {"skog"}),
        ({"year": "1066"}, {"fiber", "skog", "skola"}),
        ({"theme": "ena", "year": "2021", "status": "late", "organisation": "kommunen"}, {"fiber"}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
@pytest.mark.usefixtures("activities")
def test_every_way_shows_the_same_rows(client: Client, asked: dict[str, str], expected: set[str]) -> None:
    found = slugs(client, **asked)

    assert found == dict.fromkeys(found, expected)
    assert len(found) == 6


@pytest.mark.parametrize("word", ["tabell", "table", "tidslinje", "timeline", "lista", "", "karta"])
def test_words_of_both_languages_choose_the_way(client: Client, word: str) -> None:
    factories.make_activity()
    expected = {"tabell": "table", "tidslinje": "timeline"}.get(word, word if word in ("table", "timeline") else "list")

    assert {client.get(path, {"visa": word}).context["way"] for path in ("/aktiviteter/", "/en/activities/")} == {
        expected
    }


@pytest.mark.usefixtures("activities")
def test_ways_and_files_keep_what_was_understood(client: Client) -> None:
    page = html.document_fromstring(
        client.get("/aktiviteter/", {"theme": "ena", "year": "1066", "visa": "tabell"}).content.decode()
    )

    ways = page.xpath("//nav[@class='ways']//a/@href")
    files = page.xpath("//a[@rel='nofollow']/@href")

    assert ways == [
        "/aktiviteter/?theme=ena",
        "/aktiviteter/?theme=ena&visa=tabell",
        "/aktiviteter/?theme=ena&visa=tidslinje",
    ]
    assert files == [f"/aktiviteter.{kind}?theme=ena" for kind in ("csv", "xlsx", "json")]
    assert page.xpath("//form[contains(@class, 'filters')]/input[@type='hidden']/@value") == ["tabell"]
    assert page.xpath("//option[@selected]/@value") == ["ena"]


def test_all_rows_stand_on_one_page_to_print(client: Client) -> None:
    plan = factories.make_plan(slug="planen")
    for _ in range(26):
        factories.make_activity(plan)

    first = client.get("/aktiviteter/", {"visa": "tabell", "plan": "planen"})
    link = html.document_fromstring(first.content.decode()).xpath("//a[contains(@href, 'alla=1')]/@href")
    everything = client.get(link[0])

    assert link == ["/aktiviteter/?plan=planen&visa=tabell&alla=1"]
    assert (len(first.context["page"]), len(everything.context["page"])) == (25, 26)


def test_more_rows_than_one_page_holds_are_told_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actionplans.views.activity_list.ROWS_AT_MOST", 1)
    plan = factories.make_plan()
    factories.make_activity(plan)
    factories.make_activity(plan)

    page = client.get("/aktiviteter/", {"alla": "1"}).content.decode()

    assert "En sida visar högst 1 rader. Begränsa urvalet eller hämta alla rader som en fil." in page


@pytest.mark.parametrize("begins", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1"])
def test_what_looks_like_a_formula_is_text(client: Client, begins: str) -> None:
    factories.make_activity(title=begins, summary="Vanlig = text")

    row = read_csv(client)[0]
    cells = read_sheet(client)[1]

    assert (row["Aktivitet"], row["Sammanfattning"]) == (f"'{begins}", "Vanlig = text")
    assert cells[2:4] == (f"'{begins}", "Vanlig = text")
    assert read_json(client)["activities"][0]["title"] == begins


def test_spreadsheet_holds_dates_and_numbers_as_such(client: Client) -> None:
    factories.make_activity(starts_on=date(2024, 3, 1), planned_amount=250_000, ends_on=date(2030, 1, 1))

    head, row = read_sheet(client)
    found = dict(zip(head, row, strict=True))

    assert found["Börjar"].date() == date(2024, 3, 1)
    assert (found["Planerat belopp, kronor"], found["Försenad"]) == (250_000, "nej")


@pytest.mark.usefixtures("activities")
def test_json_says_what_it_is(client: Client) -> None:
    found = read_json(client, "/en/activities.json", year="2025")

    assert (found["language"], found["asked"]) == ("en", {"year": "2025"})
    assert found["licence"].startswith("https://creativecommons.org/")
    (row,) = found["activities"]
    assert (row["status"], row["status_code"], row["late"], row["starts_on"]) == (
        "Ongoing",
        "ongoing",
        False,
        "2024-01-01",
    )
    assert len(row["responsible"]) == len(row["financing"]) == 1


@pytest.mark.parametrize("path", ["/aktiviteter.pdf", "/en/activities.exe"])
def test_other_endings_are_not_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_of_nothing_have_a_head(client: Client) -> None:
    assert read_csv(client, q="finns inte") == []
    assert len(read_sheet(client, q="finns inte")) == 1
    assert read_json(client, q="finns inte")["activities"] == []


def test_stream_keeps_the_language_of_its_address(client: Client) -> None:
    factories.make_activity(title_sv="Skog", title_en="Forest")

    english = b"".join(client.get("/en/activities.csv")).decode()

    assert "Forest" in english
    assert english.startswith("Action plan,Theme,Activity")


@pytest.mark.parametrize(
    ("dates", "status", "expected"),
    [
        ((date(2025, 1, 1), date(2026, 1, 1)), "done", ("25.0%", "25.0%", "50.0%", "", False, False)),
        ((date(2020, 1, 1), None), "ongoing", ("0.0%", "100.0%", "100.0%", "", True, True)),
        ((None, date(2025, 1, 1)), "ongoing", ("0.0%", "25.0%", "25.0%", "47.4%", False, True)),
        ((date(2031, 1, 1), None), "planned", ("0%", "0%", "0%", "", True, False)),
        ((date(2010, 1, 1), date(2011, 1, 1)), "done", ("0%", "0%", "0%", "", False, True)),
    ],
)
def test_bar_stands_where_the_dates_say(dates: Any, status: str, expected: tuple[Any, ...]) -> None:
    activity = Activity(starts_on=dates[0], ends_on=dates[1], delivery_status=status)

    bar = build_bar(activity, Window(2024, 2027, TODAY))

    assert bar is not None
    assert (bar.start, bar.width, bar.end, bar.late_width, bar.goes_on, bar.began_before) == expected


def test_activity_without_dates_has_no_bar() -> None:
    assert build_bar(Activity(), Window(2024, 2027, TODAY)) is None


@time_machine.travel(TODAY, tick=False)
def test_timeline_shows_the_years_around_now_or_around_the_year_asked_for() -> None:
    plan = factories.make_plan()
    assert find_window(plan.activities.all())[:2] == (2026, 2029)
    factories.make_activity(plan, starts_on=date(1995, 1, 1), ends_on=date(2027, 1, 1))

    found = plan.activities.all()

    assert find_window(found)[:2] == (2020, 2027)
    assert find_window(found, "1996")[:2] == (1995, 1997)


def test_timeline_tells_late_continuous_and_status_in_words_and_shapes(client: Client) -> None:
    plan = factories.make_plan(title="Planen")
    yesterday = timezone.localdate() - timedelta(days=1)
    factories.make_activity(plan, title="Sen", ends_on=yesterday, starts_on=yesterday)
    factories.make_activity(plan, title="Paus", starts_on=date(2024, 1, 1), delivery_status="paused", status_reason="x")

    page = html.document_fromstring(client.get("/aktiviteter/", {"visa": "tidslinje"}).content.decode())

    rows = {
        row.xpath("normalize-space(th)"): (
            " ".join(row.xpath("normalize-space(td[1])").split()),
            row.xpath(".//svg//use/@href")[1:],
        )
        for row in page.xpath("//table[@class='timeline']/tbody/tr")
    }
    assert rows == {"Sen": ("Pågår Försenad", ["#tl-late"]), "Paus": ("Pausad", ["#tl-on"])}
    assert page.xpath("//section[@class='priority']/h3/a/text()") == ["Planen"]
    assert page.xpath("//@style") == []
