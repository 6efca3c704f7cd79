"""Fetching from test servers: all or nothing, and every failure explained in plain Swedish."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from indicators import fetcher
from indicators.models import Fetching, Indicator
from indicators.readers import http
from tests.indicators.servers import DRIPS, Statistics, make
from tests.processes import free_port

pytestmark = pytest.mark.django_db
FAULTS = {
    "404": "Servern känner inte till det vi frågar efter (kod 404). Kontrollera nyckeltalet eller tabellen.",
    "moved": "Servern svarade med ett fel (kod 302).",
    "429": "Servern säger att vi frågar för ofta.",
    "429 for long": "Servern säger att vi frågar för ofta.",
    "500": "Servern svarade med ett fel (kod 500).",
    "silent": "Servern svarade inte.",
    "stalling": "Servern svarade inte.",
    "dripping": "Svaret kom för långsamt, så vi slutade vänta.",
    "dripping headers": "Svaret kom för långsamt, så vi slutade vänta.",
    "truncated": "Svaret bröts mitt i.",
    "half": "Svaret är inte helt, eller inte JSON.",
    "broken": "Svaret är inte helt, eller inte JSON.",
    "not a number": "Svaret är inte helt, eller inte JSON.",
    "packed": "Svaret är packat på ett sätt som vi inte bad om.",
    "large": "Svaret är större än 10 MB. Fråga efter färre år eller områden.",
}
SOURCES = ["kolada", "scb"]


def held(indicator: Indicator) -> dict[tuple[str, int, str], tuple[Decimal | None, str]]:
    rows = indicator.values.current().select_related("area")
    return {(row.area.code, row.year, row.gender): (row.value, row.status) for row in rows}


@pytest.mark.parametrize("source", SOURCES)
def test_values_are_fetched_for_every_year_area_and_gender(server: Statistics, source: str) -> None:
    indicator = make(source, targets={2025: "90"})

    result = fetcher.fetch_indicator(indicator)

    values = held(indicator)
    assert (result, len(values)) == ((60, ""), 60)
    assert values["0022", 2017, "K"] == (None, "missing")
    assert values["0022", 2015, "T"] == ((Decimal(70), "final") if source == "kolada" else (Decimal(72), "final"))
    assert values["0000", 2024, "T"][1] == ("final" if source == "kolada" else "preliminary")
    indicator.refresh_from_db()
    assert (indicator.latest_year, indicator.chart.startswith("<svg")) == (2024, True)


def test_kolada_is_asked_for_key_figure_areas_and_years(server: Statistics) -> None:
    fetcher.fetch_indicator(make("kolada", baseline_year=2025))

    [asked] = server.asked
    years = ",".join(str(year) for year in range(2025, timezone.localdate().year + 1))
    assert asked == f"/data/kpi/N00945/municipality/0022,0000/year/{years}"


def test_scb_is_asked_with_explicit_selections(server: Statistics) -> None:
    fetcher.fetch_indicator(make("scb"))

    [asked] = map(urlsplit, server.asked)
    assert asked.path == "/tables/TAB1267/data"
    assert dict(parse_qsl(asked.query)) == {
        "lang": "sv",
        "outputFormat": "json-stat2",
        "valueCodes[Region]": "22,00",
        "valueCodes[Kon]": "1,2,1+2",
        "valueCodes[ContentsCode]": "000001",
        "valueCodes[Tid]": "top(10)",
    }


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("fault", "words"), FAULTS.items(), ids=FAULTS)
def test_fault_of_the_server_changes_nothing_and_is_told(
    server: Statistics, monkeypatch: pytest.MonkeyPatch, source: str, fault: str, words: str
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 9_500)
    indicator = make(source)
    fetcher.fetch_indicator(indicator)
    before = held(indicator)
    server.document["value"][0] = server.rows[0]["values"][0]["value"] = 71
    server.faults = [fault] * http.ATTEMPTS
    monkeypatch.setattr(http, "READ_SECONDS", 0.3 if fault == "stalling" else http.READ_SECONDS)
    monkeypatch.setattr(http, "TOTAL_SECONDS", 1.0 if fault.startswith("dripping") else http.TOTAL_SECONDS)

    result = fetcher.fetch_indicator(indicator)

    row = Fetching.objects.get(indicator=indicator)
    assert (result, row.fault, row.failures) == ((0, words), words, 1)
    assert row.succeeded_at is not None
    assert row.failed_at is not None
    assert row.succeeded_at < row.failed_at < row.due_at
    assert held(indicator) == before
    assert indicator.values.revisions().count() == 0
    assert server.dripped < DRIPS
    server.hung_up.set()


@pytest.mark.parametrize("source", SOURCES)
def test_server_that_recovers_is_asked_again_and_clears_the_fault(server: Statistics, source: str) -> None:
    indicator = make(source)
    server.faults = ["broken"]
    fetcher.fetch_indicator(indicator)
    server.faults = ["429", "500", "truncated"]

    result = fetcher.fetch_indicator(indicator)

    row = Fetching.objects.get(indicator=indicator)
    assert (result, row.fault, row.failures) == ((60, ""), "", 0)
    assert len(server.asked) == 1 + 4


def test_nobody_at_the_address_is_told(server: Statistics, settings: Any) -> None:
    settings.KOLADA_URL = f"http://127.0.0.1:{free_port()}"

    assert fetcher.fetch_indicator(make("kolada")) == (0, "Servern svarade inte.")


@pytest.mark.parametrize("source", SOURCES)
def test_same_answer_again_writes_nothing(server: Statistics, source: str) -> None:
    indicator = make(source)
    fetcher.fetch_indicator(indicator)
    entered = set(indicator.values.values_list("pk", "entered_at"))

    assert fetcher.fetch_indicator(indicator) == (0, "")
    assert set(indicator.values.values_list("pk", "entered_at")) == entered


@pytest.mark.parametrize("source", SOURCES)
def test_changed_value_leaves_the_old_one_as_a_revision(server: Statistics, source: str) -> None:
    indicator = make(source)
    fetcher.fetch_indicator(indicator)
    server.document["value"][20] = server.rows[0]["values"][0]["value"] = 71.25  # the county, 2015, all

    assert fetcher.fetch_indicator(indicator) == (1, "")

    assert held(indicator)["0022", 2015, "T"] == (Decimal("71.25"), "final")
    [revision] = indicator.values.revisions()
    assert (revision.year, revision.value) == (2015, Decimal(70 if source == "kolada" else 72))
    assert revision.replaced_at is not None


def test_pages_are_followed_on_the_same_server_only(server: Statistics) -> None:
    server.page_size = 7
    indicator = make("kolada")

    assert fetcher.fetch_indicator(indicator) == (60, "")
    assert len(server.asked) == 3

    server.next_url = "http://127.0.0.1:1/v3/data"
    assert fetcher.fetch_indicator(indicator) == (
        0,
        "Svarets nästa sida ligger på en annan server, och dit går vi inte.",
    )


def test_pages_that_go_in_a_ring_are_left(server: Statistics) -> None:
    server.page_size, server.next_url = 7, f"{server.url}/data/ring"

    assert fetcher.fetch_indicator(make("kolada")) == (0, "Svarets sidor tar aldrig slut.")


def spoil_kolada(server: Statistics, fault: str) -> None:
    """Make a whole and well-written answer wrong in its content."""
    row = server.rows[0]
    cell = row["values"][0]
    changes: dict[str, Any] = {
        "another key figure": lambda: row.update(kpi="N00001"),
        "another area": lambda: row.update(municipality="0001"),
        "another year": lambda: row.update(period=1999),
        "year as text": lambda: row.update(period="2015"),
        "no values": lambda: row.pop("values"),
        "row of another kind": lambda: server.rows.__setitem__(0, ["N00945"]),
        "value as text": lambda: cell.update(value="70"),
        "truth as value": lambda: cell.update(value=True),
        "immense value": lambda: cell.update(value=10**20),
        "no value": lambda: cell.pop("value"),
        "unknown gender": lambda: cell.update(gender="X"),
        "unknown status": lambda: cell.update(status="Guess"),
        "status of another kind": lambda: cell.update(status=[1], value=None),
        "the same twice": lambda: server.rows.append(row),
        "a year lost": lambda: server.rows.pop(0),
        "empty": server.rows.clear,
    }
    changes[fault]()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("another key figure", "Svaret gäller ett annat nyckeltal, område eller år än vi frågade efter."),
        ("another area", "Svaret gäller ett annat nyckeltal, område eller år än vi frågade efter."),
        ("another year", "Svaret gäller ett annat nyckeltal, område eller år än vi frågade efter."),
        ("year as text", "Svaret gäller ett annat nyckeltal, område eller år än vi frågade efter."),
        ("no values", "Svaret är inte av det slag som Kolada ger."),
        ("row of another kind", "Svaret är inte av det slag som Kolada ger."),
        ("value as text", "Svaret har något annat än ett tal som värde för 2015."),
        ("truth as value", "Svaret har något annat än ett tal som värde för 2015."),
        ("immense value", "Svaret har ett tal som inte kan stämma för 2015."),
        ("no value", "Svaret är inte av det slag som Kolada ger."),
        ("unknown gender", "Svaret är inte av det slag som Kolada ger."),
        ("unknown status", "Svaret har ett värde med en status som vi inte känner till."),
        ("status of another kind", "Svaret har ett värde med en status som vi inte känner till."),
        ("the same twice", "Svaret har två värden för samma år, område och kön."),
        ("a year lost", "Svaret saknar värden som vi har sedan tidigare, för 2015."),
        ("empty", "Kolada har inget värde av det nyckeltalet för de områden och år som vi frågar efter."),
    ],
)
def test_answer_of_kolada_with_a_wrong_content_is_refused_whole(server: Statistics, fault: str, words: str) -> None:
    indicator = make("kolada")
    fetcher.fetch_indicator(indicator)
    before = held(indicator)
    server.rows[5]["values"][0]["value"] = 99  # right in itself, but in an answer that is not
    spoil_kolada(server, fault)

    assert fetcher.fetch_indicator(indicator) == (0, words)
    assert held(indicator) == before


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        (["id", 0], "Lan", "Svaret hänger inte ihop: dess dimensioner beskrivs inte."),
        (["dimension", "Tid", "category", "index"], {"2015": 0},
         "Svaret hänger inte ihop: en dimension har ett annat antal kategorier än sin storlek."),
        (["dimension", "Kon", "category", "index"], ["1", "2", "9"], "Svaret har andra koder än vi frågade efter."),
        (["dimension", "Tid", "category", "index"], [f"2024M{n:02}" for n in range(1, 11)],
         "Svarets perioder är inte hela år."),
        (["role"], {"time": ["Tid", "Kon"]},
         "Svaret säger inte vilken av dess variabler som är år och vilken som är område."),
        (["value", 3], "70", "Svaret har något annat än ett tal som värde för 2018."),
        (["status", "3"], "gissning", "Svaret har ett värde med en status som vi inte känner till."),
    ],
)  # fmt: skip
def test_answer_of_scb_with_a_wrong_content_is_refused_whole(
    server: Statistics, path: list[Any], content: Any, words: str
) -> None:
    indicator = make("scb")
    fetcher.fetch_indicator(indicator)
    before = held(indicator)
    node = server.document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = content

    assert fetcher.fetch_indicator(indicator) == (0, words)
    assert held(indicator) == before


def test_selections_of_too_many_cells_are_never_sent(server: Statistics) -> None:
    codes = [f"{n:04}" for n in range(400)]
    indicator = make("scb", selections={"Region": codes, "Alder": codes, "Tid": ["2020"]})

    assert fetcher.fetch_indicator(indicator) == (
        0,
        "Urvalet ger fler än 150 000 celler, eller inga. Välj färre koder.",
    )
    assert server.asked == []


def test_error_of_our_own_is_told_and_logged(server: Statistics, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setitem(fetcher.READERS, "kolada", lambda _indicator: 1 / 0)

    result = fetcher.fetch_indicator(make("kolada"))

    assert result == (0, "Något gick fel som vi inte hade räknat med. Den tekniska loggen säger mer.")
    assert "ZeroDivisionError" in caplog.text


def test_calls_keep_the_pace() -> None:
    clock = iter([0.0, 0.1, 0.2, 0.21, 10.3])
    pace = http.RateLimit(calls=3, seconds=0.25, clock=lambda: next(clock))

    assert [round(pace.wait(), 6) for _n in range(5)] == [0, 0, 0, 0.04, 0]


def test_wait_is_what_the_server_asks_for() -> None:
    in_a_minute = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    assert http._seconds("7", 0) == 7
    assert http._seconds(in_a_minute, 0) == pytest.approx(60, abs=2)
    assert 0.75 * http.FIRST_WAIT * 4 <= http._seconds("soon", 2) <= 1.25 * http.FIRST_WAIT * 4
