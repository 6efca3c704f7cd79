"""The public register: search, rows, and requests for documents."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from lxml import etree, html

from accounts.roles import Role
from registry import day_heads
from registry.models import Case, DocumentType, Record, RetentionPlan, Series
from registry.public import register
from registry.services import case_acts
from registry.services.registration import receive_message, register_waiting
from tests.factories import make_case, make_message, make_user

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


def case_of(day: date, title: str = "", **given: Any) -> Case:
    """Make a case registered at noon of a day, with a public title."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 10, tzinfo=UTC), tick=False):
        case = make_case(**given)
        return case_acts.set_title(case, title, make_user(Role.REGISTRAR)) if title else case


def listed(client: Client, **asked: str) -> list[str]:
    """Return the listed numbers in order."""
    page = html.document_fromstring(client.get("/diarium/", asked).content.decode())
    numbers: list[str] = page.xpath("//ul[@class='rows']//h3/a/text()")
    return numbers


@pytest.fixture
def three() -> list[Case]:
    first = case_of(date(2026, 1, 15), "Frågor om vägarna")
    second = case_of(date(2026, 3, 29), "Synpunkter på bredband", addressee="Frida Bergman")
    third = case_of(date(2026, 5, 4), "Ansökan om bidrag")
    plan = RetentionPlan.objects.create(version=90, decided_on=date(2026, 1, 1), decision="Nämnden")
    kind = DocumentType.objects.create(plan=plan, code="ansokan", title_sv="Ansökan", public_title_sv="Ansökan")
    Case.objects.filter(pk=third.pk).update(document_type=kind, status=Case.Status.CLOSED)
    other = Series.objects.create(code="UPP", title_sv="Upphandlingar", title_en="Procurement")
    Case.objects.create(
        series=other, year=2025, number=7, registered_at=NOW, arrived_at=NOW - timedelta(days=900), title="Avtal"
    )
    return [first, second, third]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["RUS 2026/0003", "RUS 2026/0002", "RUS 2026/0001", "UPP 2025/0007"]),
        ({"q": "RUS 2026/0002"}, ["RUS 2026/0002"]),
        ({"q": "rus 2026/2-1"}, ["RUS 2026/0002"]),
        ({"q": "7"}, ["UPP 2025/0007"]),
        ({"q": "9" * 90}, []),
        ({"q": "fråga väg"}, ["RUS 2026/0001"]),
        ({"q": "anna"}, []),
        ({"series": "upp"}, ["UPP 2025/0007"]),
        ({"type": "ansokan"}, ["RUS 2026/0003"]),
        ({"status": "closed"}, ["RUS 2026/0003"]),
        ({"since": "2026-03-29"}, ["RUS 2026/0003", "RUS 2026/0002"]),
        ({"until": "2026-03-29"}, ["RUS 2026/0002", "RUS 2026/0001", "UPP 2025/0007"]),
        ({"since": "2026-03-29", "until": "20260329", "q": "bredband"}, ["RUS 2026/0002"]),
    ],
    ids=str,
)
def test_register_finds(client: Client, three: list[Case], asked: dict[str, str], found: list[str]) -> None:
    assert listed(client, **asked) == found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"since": "i går"}, "Skriv dagen som 2026-05-04, eller lämna fältet tomt."),
        ({"since": "0001-01-01"}, "Skriv dagen som 2026-05-04, eller lämna fältet tomt."),
        ({"until": "9999-12-31"}, "Skriv dagen som 2026-05-04, eller lämna fältet tomt."),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "Den sista dagen ligger före den första."),
        ({"q": "a\ufffdb"}, "tecken som inte gick att läsa"),
        ({"q": "x" * 101}, "Sök på högst 100 tecken."),
        ({"status": "hemlig"}, "Det valet finns inte längre."),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_told(client: Client, three: list[Case], asked: dict[str, str], told: str) -> None:
    response = client.get("/diarium/", asked)

    assert response.status_code == 200
    assert told in response.content.decode()


def test_days_are_stockholms(client: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 28, 22, 59, tzinfo=UTC)):
        make_case()  # 23:59, the day before the clocks go forward
    with time_machine.travel(datetime(2026, 3, 29, 21, 59, tzinfo=UTC)):
        make_case()  # 23:59 by summer time
    with time_machine.travel(datetime(2026, 3, 29, 22, 1, tzinfo=UTC)):
        make_case()

    assert listed(client, since="2026-03-29", until="2026-03-29") == ["RUS 2026/0002"]


def test_every_series_is_listed_with_what_it_is(client: Client, three: list[Case]) -> None:
    titles = {
        address: html.document_fromstring(client.get(address).content.decode()).xpath(
            "//dt[.='UPP']/following::dd[1]/text()"
        )
        for address in ("/diarium/", "/en/registry/")
    }

    assert titles == {"/diarium/": ["Upphandlingar"], "/en/registry/": ["Procurement"]}


def test_title_is_marked_as_swedish(client: Client, three: list[Case]) -> None:
    for address in ("/en/registry/", "/en/registry/rus/2026/2/"):
        page = html.document_fromstring(client.get(address).content.decode())
        assert page.xpath("//*[text()='Synpunkter på bredband']/@lang") == ["sv"], address


def test_list_tells_how_many_and_where_it_ends(
    client: Client, three: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = html.document_fromstring(client.get("/diarium/").content.decode())
    assert before.xpath("normalize-space(//p[@role='status'])") == "4 ärenden"
    monkeypatch.setattr(register, "SHOWN_AT_MOST", 2)
    monkeypatch.setattr(register, "CASES_PER_PAGE", 1)

    page = client.get("/diarium/", {"page": "99"}).content.decode()

    assert "Fler än 2 ärenden. De 2 som kom in sist visas" in page
    assert "RUS 2026/0002" in page
    assert "RUS 2026/0001" not in page


def test_last_head_is_shown_and_its_file_linked(client: Client) -> None:
    case_of(date(2026, 5, 3))
    with time_machine.travel(NOW):
        day_heads.make_missing_heads()

    page = html.document_fromstring(client.get("/diarium/").content.decode())

    (code,) = page.xpath("//code/text()")
    assert code == day_heads.list_heads()["heads"][-1]["hash"]
    assert page.xpath("//a[@href='/diarium/huvuden.json']")


@pytest.mark.parametrize("address", ["/diarium/", "/diarium/rus/2026/1/", "/diarium/flode.xml"])
def test_register_is_never_kept_by_the_page_cache(client: Client, address: str) -> None:
    case_of(date(2026, 5, 4))

    assert client.get(address)["Cache-Control"] == "no-cache"


def test_case_page_shows_the_public_facts(client: Client) -> None:
    case = case_of(date(2026, 5, 4), "Fråga om fiber", subject="Hemligt ämne", body="Hemlig text")
    Record.objects.create(
        case=case, ordinal=2, direction="outgoing", recorded_at=NOW, subject="Svar", body="Text", language="sv"
    )

    page = html.document_fromstring(client.get("/diarium/rus/2026/1/").content.decode())

    text = " ".join(page.text_content().split())
    for fact in (
        "RUS 2026/0001",
        "Fråga om fiber",
        "RUS, Regional utveckling",
        "Kom in 4 maj 2026",
        "Registrerat 4 maj 2026",
    ):
        assert fact in text
    rows = [" ".join(row.text_content().split()) for row in page.xpath("//ul[@class='rows']/li")]
    assert rows == ["RUS 2026/0001-1 Inkommen4 maj 2026", "RUS 2026/0001-2 Utgående4 maj 2026"]
    assert page.xpath("//a[@href='/diarium/rus/2026/1/begar-ut/']")


@pytest.mark.parametrize(
    ("status", "told"),
    [("voided", "Numret är makulerat"), ("disposed", "Handlingarna i ärendet har gallrats efter beslut.")],
)
def test_voided_and_disposed_cases_stay(client: Client, status: str, told: str) -> None:
    case = case_of(date(2026, 5, 4))
    Case.objects.filter(pk=case.pk).update(status=status, title="")

    assert told in client.get("/diarium/rus/2026/1/").content.decode()
    assert listed(client) == ["RUS 2026/0001"]
    assert client.get("/diarium/flode.xml").status_code == 200


@pytest.mark.parametrize("address", ["/diarium/RUS/2026/1/", "/diarium/rus/2026/0001/"])
def test_other_spellings_lead_to_the_case(client: Client, address: str) -> None:
    case_of(date(2026, 5, 4))

    response = client.get(address)

    assert (response.status_code, response["Location"]) == (301, "/diarium/rus/2026/1/")


@pytest.mark.parametrize("case", ["rus/2026/2", "upp/2026/1", f"rus/2026/{'9' * 40}", f"rus/{'9' * 40}/1"])
@pytest.mark.parametrize("page", ["", "begar-ut/"])
def test_what_is_not_registered_is_not_found(client: Client, case: str, page: str) -> None:
    case_of(date(2026, 5, 4))

    assert client.get(f"/diarium/{case}/{page}").status_code == 404


def test_feed_has_the_cases_that_were_registered_last(client: Client) -> None:
    waiting = receive_message(make_message(received_at=NOW - timedelta(days=9)), quarantine_reason="Ser ut som skräp.")
    with time_machine.travel(NOW):
        case_of(date(2026, 5, 4), "Fråga om <fiber>")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        register_waiting(waiting, actor="registrator")

    response = client.get("/diarium/flode.xml")

    feed = etree.fromstring(response.content)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    titles = feed.xpath("a:entry/a:title/text()", namespaces=ATOM)
    assert titles == ["RUS 2026/0002: Meddelande till Registrator", "RUS 2026/0001: Fråga om <fiber>"]
    assert feed.findtext("a:entry/a:summary", namespaces=ATOM) == "Inkom 25 april 2026. Status: registrerat."
    assert feed.findtext("a:entry/a:published", namespaces=ATOM) == "2026-05-05T10:30:00+00:00"
