"""A request for a public document: from anyone, without name, address or reason (TF 2:18)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.roles import Role
from mailroom.models import OutgoingMail
from registry.models import Case, CaseKind, Event, Intake, Record
from registry.public.forms import make_token
from registry.services.registration import receive_message
from registry.templatetags.registry_words import in_words
from registry.verification import find_faults
from tests.factories import make_case, make_message, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


def open_form(client: Client, address: str) -> str:
    """Return the token of a form opened a while ago."""
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=10), tick=False):
        found = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def ask(client: Client, address: str = "/diarium/begar-ut/", **fields: str) -> Any:
    return client.post(address, {"token": open_form(client, address), "what": "Alla planer om fiber.", **fields})


def test_request_without_name_or_address_is_a_case_of_its_own_kind(client: Client, settings: Any) -> None:
    response = ask(client)

    assert response.status_code == 303
    record = Record.objects.get()
    case = record.case
    assert (case.kind, case.title) == (CaseKind.DISCLOSURE, "Begäran om allmän handling")
    assert (record.body, str(record.parties.get())) == ("Alla planer om fiber.", "anonym")
    receipt = client.get(response["Location"]).content.decode()
    assert case.registration_number in receipt
    assert "Alla planer" not in receipt
    assert not response.cookies
    assert OutgoingMail.objects.get().to == settings.REGISTRAR_EMAIL


@pytest.mark.parametrize(
    ("address", "language", "subject", "body"),
    [
        (
            "/diarium/rus/2026/1/begar-ut/",
            "sv",
            "Begäran om allmän handling: RUS 2026/0001",
            "Jag begär ut alla handlingar i RUS 2026/0001.",
        ),
        (
            "/en/registry/rus/2026/1/request/",
            "en",
            "Request for a public document: RUS 2026/0001",
            "I request all documents in RUS 2026/0001.",
        ),
    ],
)
def test_request_of_a_case_names_it_in_the_public_title(
    client: Client, address: str, language: str, subject: str, body: str
) -> None:
    with time_machine.travel(NOW):
        make_case()

        assert ask(client, address, what="", email="nyfiken@example.org").status_code == 303

    record = Record.objects.get(language=language, case__kind=CaseKind.DISCLOSURE)
    assert record.case.title == "Begäran om allmän handling: RUS 2026/0001"
    assert (record.subject, record.body) == (subject, body)
    assert record.parties.get().email == "nyfiken@example.org"


def test_title_of_a_request_holds_nothing_that_the_sender_wrote(client: Client) -> None:
    make_case()
    message = make_message(kind=CaseKind.DISCLOSURE, subject="Anna vill ha allt", about="/diarium/anna/2026/1/")

    assert receive_message(message).record.case.title == "Begäran om allmän handling"


def test_request_is_due_sooner(client: Client, settings: Any) -> None:
    with time_machine.travel(datetime(2026, 4, 30, 10, tzinfo=UTC)):
        ask(client)
        settings.DISCLOSURE_ANSWER_DAYS = 3
        ask(client)

    # 1 May is a public holiday, then comes a weekend.
    assert list(Case.objects.order_by("pk").values_list("due_on", flat=True)) == [date(2026, 5, 5), date(2026, 5, 6)]


def test_repeated_request_is_the_same_and_an_edited_one_is_told(client: Client) -> None:
    token = open_form(client, "/diarium/begar-ut/")

    first, second = ask(client, token=token), ask(client, token=token)
    edited = ask(client, token=token, what="Något annat")

    assert first["Location"] == second["Location"]
    assert edited.status_code == 422
    assert "Något annat" in edited.content.decode()
    assert Case.objects.get().registration_number in edited.content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"what": " "}, "Skriv vilka handlingar du vill ha"),
        ({"what": "x" * 10_001}, "Korta den till högst 10000."),
        ({"what": "a\ufffdb"}, "tecken som inte gick att läsa"),
        ({"email": "ingen adress"}, "Skriv en e-postadress"),
        ({"token": "påhittad"}, "öppen för länge"),
    ],
    ids=["empty", "long", "unreadable", "address", "token"],
)
def test_bad_request_is_told_and_the_text_is_kept(client: Client, fields: dict[str, str], told: str) -> None:
    response = ask(client, **fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert fields.get("what", "Alla planer om fiber.").strip()[:1] in page
    assert not Intake.objects.exists()


SIGNS = {
    "the honeypot": ({"website": "https://spam.example"}, "Ett fält som människor inte ser"),
    "haste": ({"token": "new"}, "snabbare än en människa"),
    "the 21st of the hour": ({}, "Ovanligt många"),
    "both": ({"website": "x", "token": "new"}, "Ett fält som människor inte ser"),
}


@pytest.mark.parametrize("address", ["/diarium/begar-ut/", "/en/registry/request/", "/diarium/rus/2026/1/begar-ut/"])
@pytest.mark.parametrize("sign", SIGNS)
def test_what_looks_automatic_gets_its_number_at_once_and_is_marked(
    client: Client, settings: Any, sign: str, address: str
) -> None:
    fields, words = SIGNS[sign]
    with time_machine.travel(NOW, tick=False):
        make_case()
        if sign == "the 21st of the hour":
            settings.CONTACT_MESSAGES_PER_HOUR = 0
        if "token" in fields:
            fields = fields | {"token": make_token()}
        response = ask(client, address, email="okand@example.org", **fields)

    assert response.status_code == 303
    intake = Intake.objects.get(kind=CaseKind.DISCLOSURE)
    case = intake.record.case
    assert (intake.state, case.kind) == (Intake.State.REGISTERED, CaseKind.DISCLOSURE)
    assert words in intake.reason
    assert words in in_words(case.events.get(kind=Event.Kind.REGISTERED))
    assert case.registration_number in client.get(response["Location"]).content.decode()
    assert not OutgoingMail.objects.filter(to="okand@example.org").exists()
    assert list(find_faults()) == []


def test_every_request_of_an_hour_gets_its_number_and_only_those_beyond_the_limit_are_marked(
    client: Client, settings: Any
) -> None:
    settings.CONTACT_MESSAGES_PER_HOUR = 1

    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            ask(client)

    intakes = Intake.objects.order_by("pk")
    assert [(intake.state, bool(intake.reason)) for intake in intakes] == [
        ("registered", False), ("registered", True), ("registered", True),
    ]  # fmt: skip
    assert Case.objects.count() == 3


def test_a_suspicious_request_is_marked_on_its_case_and_ordinary_messages_still_wait(client: Client) -> None:
    case = receive_message(make_message(kind=CaseKind.DISCLOSURE), quarantine_reason="Ifylld fälla.").record.case
    waiting = receive_message(make_message(), quarantine_reason="Ifylld fälla.")
    client.force_login(make_user(Role.REGISTRAR))

    page = client.get(f"/admin/registry/case/{case.pk}/change/").content.decode()

    assert "Ser ut att komma från en maskin" in page
    assert "Ifylld fälla." in page
    assert (waiting.state, hasattr(waiting, "record")) == (Intake.State.QUARANTINED, False)


def test_request_form_is_never_kept_and_takes_no_other_method(client: Client) -> None:
    assert "no-store" in client.get("/diarium/begar-ut/")["Cache-Control"]
    assert client.delete("/diarium/begar-ut/").status_code == 405
