"""Saved selections of the list of cases: named, opened, shared, removed, and never more than the list offers."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from registry.admin.cases import CaseAdmin
from registry.forms.saved_filters import LONGEST_QUERY
from registry.models import Case, SavedFilter
from tests.factories import make_case, make_retention_plan, make_user

pytestmark = pytest.mark.django_db

CASES = "/admin/registry/case/"
OVERDUE = f"{CASES}?due=overdue&assigned=nobody"


@pytest.fixture
def registrar() -> User:
    return make_user(Role.REGISTRAR, username="registrator", first_name="Rut", last_name="Registrator")


@pytest.fixture
def client(client: Client, registrar: User) -> Client:
    client.force_login(registrar)
    return client


def save(client: Client, url: str, name: str = "Försenade", **given: str) -> object:
    return client.post(url, {"do": "save_filter", "name": name} | given)


def saved() -> list[tuple[str, str, str, bool]]:
    return list(SavedFilter.objects.values_list("owner__username", "name", "query", "is_shared"))


def test_the_present_selection_is_saved_and_stands_above_the_list(client: Client) -> None:
    answer = client.post(f"{OVERDUE}&q=bredband&p=3", {"do": "save_filter", "name": "  Försenat \n bredband "})

    page = client.get(answer["Location"]).content.decode()
    assert answer["Location"] == f"{CASES}?assigned=nobody&due=overdue&q=bredband"
    assert saved() == [("registrator", "Försenat bredband", "assigned=nobody&due=overdue&q=bredband", False)]
    link = '<a href="?assigned=nobody&amp;due=overdue&amp;q=bredband" aria-current="true">Försenat bredband</a>'
    assert link in page


def test_the_form_is_offered_where_there_is_something_to_save(client: Client) -> None:
    pages = [client.get(url).content.decode() for url in (CASES, OVERDUE)]

    assert ["save_filter" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    "query",
    [
        "title__contains=Anna",
        "assigned_to__email=anna%40example.org",
        "assigned_to__password__startswith=a",
        "due=overdue&due=open",
        "year=x",
        "kind__exact=message&next=//evil.example",
    ],
)
def test_only_what_the_list_offers_is_saved(client: Client, query: str) -> None:
    answer = save(client, f"{CASES}?{query}", name="Mina ärenden")

    assert saved() == []
    assert answer.status_code in (302, 400) or "kan inte sparas" in answer.content.decode()


def test_all_that_the_list_offers_can_be_saved(client: Client) -> None:
    make_case(Case.Status.CLOSED)
    with time_machine.travel("2025-05-04"):
        make_case()
    make_retention_plan()
    page = client.get(CASES)
    offered = {
        name
        for spec in page.context["cl"].filter_specs
        for choice in spec.choices(page.context["cl"])
        for name in parse_qs(urlsplit(choice["query_string"]).query)
    }

    assert offered - CaseAdmin.selects == set()
    assert CaseAdmin.selects - offered == {"q", "o"}


@pytest.mark.parametrize(
    ("url", "given", "words"),
    [
        (CASES, {}, "Sök eller välj bland filtren"),
        (OVERDUE, {"name": ""}, "Ge urvalet ett namn."),
        (OVERDUE, {"name": "x" * 61}, "som mest 60 tecken"),
        (f"{CASES}?q={'x' * LONGEST_QUERY}", {}, "för långt för att sparas"),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_typed_is_lost(
    client: Client, url: str, given: dict[str, str], words: str
) -> None:
    answer = save(client, url, **{"name": "Mitt urval"} | given)

    page = answer.content.decode()
    assert (saved(), words in page) == ([], True)
    assert f'value="{given.get("name", "Mitt urval")}"' in page or given.get("name") == ""
    assert '<details class="save-selection" open>' in page


def test_a_name_that_is_taken_is_told(client: Client) -> None:
    save(client, OVERDUE)

    page = save(client, f"{CASES}?due=open").content.decode()

    assert "Du har redan ett urval med det namnet" in page
    assert len(saved()) == 1


def test_a_selection_is_private_unless_shared(client: Client) -> None:
    save(client, OVERDUE, name="Mitt eget")
    save(client, OVERDUE, name="Allas", is_shared="on")
    client.get(CASES)  # which tells that they are saved
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get(CASES).content.decode()

    assert ("Mitt eget" in page, "Allas" in page, "delas av Rut Registrator" in page) == (False, True, True)
    assert "remove_filter" not in page


def test_only_its_owner_removes_it(client: Client, registrar: User) -> None:
    save(client, OVERDUE, is_shared="on")
    kept = SavedFilter.objects.get()
    client.force_login(make_user(Role.REGISTRAR))
    refused = client.post(CASES, {"do": f"remove_filter:{kept.pk}"}).status_code
    still = SavedFilter.objects.count()
    client.force_login(registrar)

    answer = client.post(OVERDUE, {"do": f"remove_filter:{kept.pk}"})

    assert (refused, still, saved()) == (404, 1, [])
    assert (answer.status_code, answer["Location"]) == (302, OVERDUE)


@pytest.mark.parametrize("which", ["", "x", "-1", "99999999999999999999999", "²"])
def test_removing_what_is_none_is_no_error(client: Client, which: str) -> None:
    assert client.post(CASES, {"do": f"remove_filter:{which}"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "status", "shared"),
    [
        (Role.ARCHIVIST, 302, True),
        (Role.OFFICER, 302, False),
        (Role.ADMINISTRATOR, 403, None),
        (None, 403, None),
    ],
)
def test_who_sees_the_list_saves_and_who_reads_every_case_shares(
    client: Client, role: Role | None, status: int, shared: bool | None
) -> None:
    client.force_login(make_user(role, username="hon"))

    answer = save(client, OVERDUE, is_shared="on")

    expected = [] if shared is None else [("hon", "Försenade", "assigned=nobody&due=overdue", shared)]
    assert (answer.status_code, saved()) == (status, expected)


def test_officers_are_not_told_what_registrars_share(client: Client) -> None:
    save(client, f"{CASES}?q=Anna+Andersson", name="Anna Andersson", is_shared="on")
    client.get(CASES)  # which tells that it is saved
    client.force_login(make_user(Role.OFFICER))

    assert "Anna" not in client.get(CASES).content.decode()


def test_saving_needs_the_token_of_the_page(registrar: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(registrar)

    assert (save(strict, OVERDUE).status_code, saved()) == (403, [])


def test_a_period_is_counted_from_today(client: Client) -> None:
    with time_machine.travel("2026-05-03T21:59:00+00:00"):
        yesterday = make_case()
    with time_machine.travel("2026-05-03T22:00:00+00:00"):
        today = make_case()
        found = {
            period: [case.pk for case in client.get(f"{CASES}?registered={period}").context["cl"].result_list]
            for period in ("today", "week", "month", "year")
        }

    both = [today.pk, yesterday.pk]
    assert found == {"today": [today.pk], "week": both, "month": both, "year": both}


def test_the_list_asks_as_often_with_many_selections(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page = client.get(CASES).content.decode()
        assert len(re.findall(r'value="remove_filter:', page)) == SavedFilter.objects.count()
        return len(captured)

    save(client, OVERDUE)
    client.get(CASES)
    one = queries()
    for number in range(10):
        save(client, OVERDUE, name=f"Urval {number}")
    client.get(CASES)

    assert queries() == one
