"""The figures of the reports, on the page and as a workbook."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from registry.models import Case
from registry.reports import ReportRow, make_report
from registry.services.registration import receive_message
from tests.factories import make_case, make_message, make_retention_plan, make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/registry/case/reports/"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def arrived(at: datetime, answered: datetime | None = None, **columns: Any) -> Case:
    message = {name: columns.pop(name) for name in ("addressee", "about") if name in columns}
    with time_machine.travel(at, tick=False):
        case = make_case(**message)
    Case.objects.filter(pk=case.pk).update(answered_at=answered, **columns)
    return case


@time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False)
def test_waits_are_counted_in_business_days() -> None:
    # Friday 8 May; answered on Monday, on Friday after Ascension Day, and the same day.
    friday = datetime(2026, 5, 8, 10, tzinfo=UTC)
    arrived(friday, datetime(2026, 5, 11, 10, tzinfo=UTC))
    arrived(friday, datetime(2026, 5, 15, 10, tzinfo=UTC))
    arrived(friday, friday)

    total = make_report(*YEAR).total

    assert (total.cases, total.answered, total.median, total.slowest_tenth) == (3, 3, 1.0, pytest.approx(3.4))


@time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False)
def test_late_is_told_apart_from_overdue() -> None:
    may = datetime(2026, 5, 4, 10, tzinfo=UTC)
    arrived(may, due_on=date(2026, 5, 18))
    arrived(may, due_on=date(2026, 6, 1))
    arrived(may, datetime(2026, 5, 20, tzinfo=UTC), due_on=date(2026, 5, 18), status="answered")
    arrived(may, datetime(2026, 5, 6, tzinfo=UTC), due_on=date(2026, 5, 18), status="answered")
    arrived(may, status="voided")

    total = make_report(*YEAR).total

    assert (total.cases, total.answered, total.overdue, total.answered_late) == (4, 2, 1, 1)


@time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False)
def test_months_are_stockholms_and_none_is_left_out() -> None:
    arrived(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))  # already February in Stockholm
    with time_machine.travel(datetime(2026, 3, 1, 10, tzinfo=UTC), tick=False):
        receive_message(make_message(), quarantine_reason="Ifylld fälla")

    months = make_report(date(2026, 1, 1), date(2026, 4, 30)).months

    assert [(row.name, row.arrived, row.cases) for row in months] == [
        ("2026-01-01", 0, 0),
        ("2026-02-01", 1, 1),
        ("2026-03-01", 1, 0),
        ("2026-04-01", 0, 0),
    ]


@time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False)
def test_cases_are_grouped_by_type_addressee_and_page() -> None:
    at = datetime(2026, 5, 4, 10, tzinfo=UTC)
    kind = make_retention_plan().types.get()
    arrived(at, addressee="Frida", about="/handlingsplaner/innovation/testbadd/", document_type=kind)
    arrived(at, addressee="Frida", about="/en/action-plans/innovation/")
    arrived(at, addressee="Registrator", about="")

    report = make_report(*YEAR)

    assert [(row.name, row.cases) for row in report.addressees] == [("Frida", 2), ("Registrator", 1)]
    assert sorted((row.name, row.cases) for row in report.kinds if row.name == "Fråga") == [("Fråga", 1)]
    assert {row.name for row in report.pages} >= {"/en/action-plans/innovation/", "/handlingsplaner/innovation/"}


@time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC), tick=False)
def test_period_leaves_out_what_is_outside_it() -> None:
    arrived(datetime(2026, 4, 30, 21, 59, tzinfo=UTC))
    arrived(datetime(2026, 4, 30, 22, 0, tzinfo=UTC))

    assert make_report(date(2026, 5, 1), date(2026, 5, 31)).total.cases == 1


def test_an_empty_registry_has_an_empty_report() -> None:
    report = make_report(*YEAR)

    assert (report.total, len(report.months), report.kinds) == (ReportRow(""), 12, [])


def test_report_asks_as_often_for_many_cases(client: Client) -> None:
    client.force_login(make_user(Role.REGISTRAR))
    make_case()
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        counts.append(len(captured))
        for number in range(10):
            make_case(addressee=f"Mottagare {number}", about=f"/handlingsplaner/plan-{number}/")

    assert counts == [7, 7]


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ARCHIVIST])
def test_registrar_and_archivist_see_the_reports(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    make_case(addressee="<script>")

    page = client.get(PAGE).content.decode()

    assert page.count("<figure") == 2
    assert "&lt;script&gt;" in page


def test_visitors_are_asked_to_log_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=2026-02-01&until=2026-01-01",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=1990-01-01&until=2026-01-01",
        "since=2026-13-01&format=xlsx",
    ],
)
def test_a_bad_period_gets_a_sentence_and_keeps_what_was_typed(client: Client, query: str) -> None:
    client.force_login(make_user(Role.REGISTRAR))

    response = client.get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert 'class="errorlist' in response.content.decode()
    assert f'value="{query.split("&", maxsplit=1)[0].split("=")[1]}"' in response.content.decode()


def test_workbook_holds_the_tables_and_no_formula(client: Client) -> None:
    client.force_login(make_user(Role.ARCHIVIST))
    make_case(addressee='=HYPERLINK("http://example.org")\x07')

    response = client.get(PAGE, {"format": "xlsx"})

    book = openpyxl.load_workbook(BytesIO(response.content))
    sheet = book.worksheets[2]
    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("http://example.org")\ufffd', "s", True)
    assert (len(book.worksheets), book.worksheets[0].max_row, sheet["C2"].value) == (4, 13, 1)
    assert response["Content-Disposition"].endswith('.xlsx"')
