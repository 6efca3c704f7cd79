"""The daily list and the case sheet: contents, readers, number of queries."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from registry.models import Case
from registry.services import case_acts
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db

DAILY = "/admin/registry/case/daily/"


def sheet_of(case: Case) -> str:
    return reverse("admin:registry_case_sheet", args=[case.pk])


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def make_protected_case() -> Case:
    """Make a case of someone with a protected identity, whose address is in a mail and whose name is in a note."""
    officer = make_user(Role.OFFICER)
    case = make_case(Case.Status.IN_PROGRESS, assign_to=officer, name="Anna Dold", email="anna.dold@example.org")
    registrar = make_user(Role.REGISTRAR)
    case_acts.protect_identity(case.records.get().parties.get(), registrar)
    case_acts.write_note(case, "Anna Dold ringde.", registrar)
    case.refresh_from_db()
    return case


def test_the_list_holds_the_cases_of_the_day_in_swedish_time(client: Client) -> None:
    with time_machine.travel(datetime(2026, 5, 3, 21, 59, tzinfo=UTC), tick=False):
        make_case()
    with time_machine.travel(datetime(2026, 5, 3, 22, 0, tzinfo=UTC), tick=False):
        first = make_case()
    with time_machine.travel(datetime(2026, 5, 4, 21, 59, tzinfo=UTC), tick=False):
        last = make_case(assign_to=make_user(Role.OFFICER, first_name="Gunnar", last_name="Holmgren"))
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get(DAILY, {"day": "2026-05-04"})

    assert list(page.context["cases"]) == [first, last]
    assert "Postlista för 4 maj 2026" in page.content.decode()
    assert "Gunnar Holmgren" in page.content.decode()
    assert [f"?day={day}" in page.content.decode() for day in ("2026-05-03", "2026-05-05")] == [True, True]


@time_machine.travel(datetime(2026, 5, 4, 10, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("day", ["", "x", "2026-05-05", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_without_a_day_that_has_been_today_is_shown(client: Client, day: str) -> None:
    case = make_case()
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get(DAILY, {"day": day})

    assert list(page.context["cases"]) == [case]
    assert ("errorlist" in page.content.decode()) == bool(day)
    assert "?day=2026-05-05" not in page.content.decode()


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.REGISTRAR, (200, 200)),
        (Role.ARCHIVIST, (200, 200)),
        (Role.OFFICER, (403, 404)),
        (Role.COORDINATOR, (403, 404)),
        (Role.ADMINISTRATOR, (403, 404)),
    ],
)
def test_list_and_sheet_are_read_by_those_who_read_every_case(
    client: Client, role: Role, statuses: tuple[int, int]
) -> None:
    case = make_case()
    client.force_login(make_user(role))

    assert (client.get(DAILY).status_code, client.get(sheet_of(case)).status_code) == statuses


def test_an_officer_reads_the_sheet_of_their_own_case(client: Client) -> None:
    officer = make_user(Role.OFFICER)
    case = make_case(assign_to=officer)
    client.force_login(officer)

    page = client.get(sheet_of(case)).content.decode()

    assert f"Ärendeblad {case}" in page
    assert f"Meddelandet registrerades som {case}." in page


@pytest.mark.parametrize("page", ["case page", "sheet"])
def test_a_protected_identity_is_named_nowhere_without_the_right(client: Client, page: str) -> None:
    case = make_protected_case()
    url = sheet_of(case) if page == "sheet" else reverse("admin:registry_case_change", args=[case.pk])
    seen = []

    for user in (case.assigned_to, make_user(Role.REGISTRAR)):
        assert user is not None
        client.force_login(user)
        text = client.get(url).content.decode()
        seen.append(("Anna Dold" in text, "anna.dold@example.org" in text))

    assert seen == [(False, False), (True, True)]


def test_list_and_sheet_ask_as_often_with_many_rows(client: Client) -> None:
    registrar, officer = make_user(Role.REGISTRAR), make_user(Role.OFFICER)
    client.force_login(registrar)
    case = make_case(assign_to=officer)
    client.get(DAILY)
    one = queries(client, DAILY), queries(client, sheet_of(case))

    for _n in range(10):
        make_case(assign_to=officer)
        case_acts.write_note(case, "En anteckning.", registrar)

    assert (queries(client, DAILY), queries(client, sheet_of(case))) == one == (5, 13)
