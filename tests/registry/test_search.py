"""The registry's search: spellings of numbers, titles as they are now, nothing protected for the public."""

import pytest
import time_machine
from django.core.management import call_command

from accounts.roles import Role
from registry.models import Case, CaseText, CaseTitle, Series
from registry.search import search_cases, search_titles
from registry.services.case_acts import set_title
from tests.factories import make_case, make_user
from tests.registry.test_disposal import closed_case, dispose

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def twelfth(module_database: None) -> Case:
    """The case RUS 2026/0012 with a public title, after the others of that year."""
    with time_machine.travel("2026-05-04T10:00:00+02:00"):
        for _ in range(11):
            make_case(body="Hej")
        case = make_case(subject="Kanariesubjekt", body="Kanarietext om fiskevårdsområden", name="Bo Kanarin")
        return set_title(case, "Remiss om transportinfrastruktur", make_user(Role.REGISTRAR))


@pytest.mark.parametrize("search", [search_cases, search_titles])
@pytest.mark.parametrize(
    "asked",
    [
        "RUS 2026/0012", "rus 2026/12", "rus2026/12", "RUS 2026-0012", "RUS-2026-12", "RUS 2026 12", "2026/12",
        "2026-0012", "dnr RUS 2026/0012", "Dnr: 2026/12", "RUS 2026/0012-1", "RUS 2026\N{EN DASH}12", "0012", "12",
        " 0012 ", "transport", "infrastrukturen", "transportinfrastruktur", "remisser transport*",
        '"remiss om transportinfrastruktur"',
    ],
)  # fmt: skip
def test_a_case_is_found_by_its_number_and_by_words_of_its_title(search, asked: str, twelfth: Case) -> None:
    assert list(search(Case.objects.all(), asked)) == [twelfth]


@pytest.mark.parametrize("search", [search_cases, search_titles])
@pytest.mark.parametrize(
    "asked",
    [
        "RUS 2026/0013", "UPP 2026/12", "RUS 2011-2020", "rapport 2026-12", "2026-05-12", "13", "9" * 5000, "",
        "och", "!!!", "'", "port", "transport -remiss", '"transportinfrastruktur remiss"',
    ],
)  # fmt: skip
def test_what_is_another_number_or_no_number_finds_nothing(search, asked: str, twelfth: Case) -> None:
    assert list(search(Case.objects.all(), asked)) == []


def test_years_in_a_title_are_no_number() -> None:
    case = set_title(make_case(), "Uppföljning av RUS 2011-2020", make_user(Role.REGISTRAR))

    assert list(search_titles(Case.objects.all(), "RUS 2011-2020")) == [case]


@pytest.mark.parametrize(
    "asked",
    [
        "Kanariesubjekt", "kanarie", "kanarie*", "kanariesubj*", '"Kanarietext om"', "text", "fiske",
        "fiskevårdsområde", "Bo", "Kanarin", "anna", "anna@example.org", "example.org", "frida*", "-remiss kanarietext",
    ],
)  # fmt: skip
def test_the_public_finds_no_protected_word(asked: str, twelfth: Case) -> None:
    assert list(search_cases(Case.objects.all(), "Kanariesubjekt kanarin fiske")) == [twelfth]
    assert list(search_titles(Case.objects.all(), asked)) == []


def test_an_address_is_found_whole_and_in_parts() -> None:
    case = make_case(name="", email="anna.berg@myndighet.example")
    make_case(name="Berg", email="anna@example.org", body="En myndighet, example.")

    found = [list(search_cases(Case.objects.all(), asked)) for asked in ("anna.berg@myndighet.example", "anna.berg@")]

    assert found[0] == [case]
    assert case in found[1]


def test_a_new_title_is_found_and_the_former_one_is_not(twelfth: Case) -> None:
    set_title(twelfth, "Vatten", make_user(Role.REGISTRAR))

    for search in (search_cases, search_titles):
        assert list(search(Case.objects.all(), "transport")) == []
        assert list(search(Case.objects.all(), "vattnet")) == [twelfth]


@pytest.mark.parametrize("keep_title", [True, False])
def test_of_a_case_disposed_of_the_title_is_found_if_it_was_kept(keep_title: bool) -> None:
    case = closed_case(subject="Hemligheten")
    set_title(case, "Samråd om vattenskydd", make_user(Role.REGISTRAR))
    case.refresh_from_db()

    dispose(cases=[case], keep_title=keep_title)

    assert list(search_titles(Case.objects.all(), "vatten")) == ([case] if keep_title else [])
    assert list(search_titles(Case.objects.all(), str(case))) == [case]
    assert list(search_cases(Case.objects.all(), "Hemligheten")) == []


@pytest.fixture
def emptied(twelfth: Case) -> Case:
    """Its indexes are as an older analysis left them."""
    CaseTitle.objects.all().delete()
    CaseText.objects.update(vector="'gammal':1")
    return twelfth


def test_older_cases_are_indexed_anew(emptied: Case) -> None:
    assert list(search_cases(Case.objects.all(), "transport")) == []

    call_command("rebuild_search", verbosity=0)

    for search in (search_cases, search_titles):
        assert list(search(Case.objects.all(), "transport")) == [emptied]
    assert list(search_cases(Case.objects.all(), "gammal")) == []
    assert (CaseText.objects.count(), CaseTitle.objects.count(), Series.objects.count()) == (12, 12, 1)
