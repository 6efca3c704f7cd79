"""Personal identity numbers in free text: found in every usual spelling, with few false positives."""

import random
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from personnummer.personnummer import _luhn

from accounts.roles import Role
from mailroom.models import OutgoingMail
from registry.forms.case_acts import DescribeForm
from registry.personal_numbers import holds_personal_number
from registry.services.registration import receive_message
from tests.factories import make_message, make_user

CANARY = "19811218-9876"
SPELLINGS = [
    "{century}{short}-{last}",
    "{short}-{last}",
    "{century}{short}{last}",
    "{short}{last}",
    "{short} {last}",
    "{short} - {last}",
    "{century}{short} {last}",
    "{century}{year} {month} {day} {last}",
    "{century}{year}-{month}-{day}-{last}",
    "{short}\N{EN DASH}{last}",
    "Jag heter Bo ({short}-{last}).",
    "pnr:{century}{short}{last}, tel 0611-123 45",
]


@given(
    born=st.dates(date(1930, 1, 1), date(2025, 12, 31)),
    serial=st.integers(1, 999),
    is_coordination=st.booleans(),
    spelling=st.sampled_from(SPELLINGS),
)
def test_every_usual_spelling_is_found(born: date, serial: int, is_coordination: bool, spelling: str) -> None:
    day = born.day + 60 * is_coordination
    short = f"{born:%y%m}{day:02}"
    last = f"{serial:03}{_luhn(f'{short}{serial:03}') % 10}"
    parts = {"century": f"{born:%Y}"[:2], "year": f"{born:%y}", "month": f"{born:%m}", "day": f"{day:02}"}

    assert holds_personal_number(spelling.format(short=short, last=last, **parts))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19811218-9877",
        "811318-9876",
        "811299-9876",
        "Diarienummer RUS 2026/0042, tel 0611-123 45, 871 85 Härnösand",
        "Organisationsnummer 232100-0206",
        "OCR 198112189876123",
        "2026-11-24 10:12",
        "20991231-0005",
    ],
)
def test_what_is_no_personal_number_is_let_through(text: str) -> None:
    assert not holds_personal_number(text)


@pytest.mark.parametrize(
    "text", ["19811218-9876", "１９８１１２１８-９８７６", "8112\u200b18-9876", "12 19811218-9876", "811218+9876"]
)
def test_odd_spellings_are_found(text: str) -> None:
    assert holds_personal_number(text)


def test_random_digits_are_seldom_taken_for_one() -> None:
    numbers = random.Random(20261124)  # noqa: S311

    found = sum(holds_personal_number(f"{numbers.randrange(10**10):010}") for _ in range(10_000))

    assert 0 < found < 150


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "holds"), [(f"Mitt nummer är {CANARY}.", True), ("Hej", False)])
def test_record_is_marked_when_it_is_registered(text: str, holds: bool) -> None:
    assert receive_message(make_message(body=text)).record.holds_personal_number is holds


@pytest.mark.django_db
def test_case_page_marks_the_record(client: Client) -> None:
    case = receive_message(make_message(subject=CANARY)).record.case
    client.force_login(make_user(Role.REGISTRAR))

    page = html.document_fromstring(client.get(reverse("admin:registry_case_change", args=[case.pk])).content.decode())

    assert len(page.xpath("//p[@class='secrecy']/strong")) == 1


@pytest.mark.django_db
def test_public_title_with_a_personal_number_is_refused() -> None:
    case = receive_message(make_message()).record.case
    user = make_user(Role.REGISTRAR)

    form = DescribeForm({"version": case.version, "title": f"Om {CANARY}"}, case=case, user=user)

    assert list(form.errors) == ["title"]
    assert not holds_personal_number(str(form.errors))


@pytest.mark.django_db
def test_personal_number_stays_in_the_record(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        record = receive_message(make_message(subject=CANARY, body=f"Jag är {CANARY}.")).record

    mails = OutgoingMail.objects.values_list("subject", "body")
    assert len(mails) == 2, "the notice and the receipt"
    assert CANARY in record.body
    logged = [entry.getMessage() for entry in caplog.records if not entry.name.startswith("django.db")]
    assert CANARY not in record.case.title + str(list(mails)) + str(logged)
