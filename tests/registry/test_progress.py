"""The progress shown on the sender's receipt, and finding the receipt again."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from lxml import html

from accounts.roles import Role
from registry.services import case_acts
from registry.services.registration import receive_message
from registry.transitions import Act
from tests.factories import make_message, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


def steps_of(client: Client, token: uuid.UUID) -> list[str]:
    page = html.document_fromstring(client.get(f"/kontakt/tack/{token}/").content.decode())
    return [" ".join(step.text_content().split()) for step in page.xpath("//ol[@class='thread']/li")]


def test_receipt_shows_how_far_the_case_has_come(client: Client) -> None:
    registrar, officer = make_user(Role.REGISTRAR), make_user(Role.OFFICER, first_name="Hanna", last_name="Handlund")
    with time_machine.travel(NOW, tick=False) as clock:
        intake = receive_message(make_message())
        case = intake.record.case
        arrived = "4 maj 2026 kl. 12:30 Meddelandet kom in."
        registered = "4 maj 2026 kl. 12:30 Meddelandet registrerades som RUS 2026/0001."
        assert steps_of(client, intake.token) == [
            arrived, registered, "Nu Registrator bestämmer vem som ska handlägga ärendet.",
        ]  # fmt: skip
        clock.shift(timedelta(days=1))
        case_acts.perform_act(Act.DISTRIBUTE, case, registrar, officer=officer)
        case_acts.perform_act(Act.ACCEPT, case, officer)
        assert steps_of(client, intake.token)[2:] == [
            "5 maj 2026 kl. 12:30 Ärendet fördelades till en handläggare.", "Nu En handläggare arbetar med ärendet.",
        ]  # fmt: skip
        clock.shift(timedelta(days=1))
        case_acts.perform_act(Act.ANSWER, case, officer)
        clock.shift(timedelta(days=1))
        case_acts.perform_act(Act.CLOSE, case, registrar)
        page = client.get(f"/kontakt/tack/{intake.token}/").content.decode()

    assert steps_of(client, intake.token)[3:] == [
        "6 maj 2026 kl. 12:30 Vi svarade.", "7 maj 2026 kl. 12:30 Ärendet avslutades.",
    ]  # fmt: skip
    assert "Handlund" not in page
    assert "Senast uppdaterad 7 maj 2026 kl. 12:30" in page


def test_receipt_of_a_voided_number_says_so(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        intake = receive_message(make_message())
        case_acts.perform_act(Act.VOID, intake.record.case, make_user(Role.REGISTRAR), reason="Ett prov.")

    assert steps_of(client, intake.token)[2:] == ["4 maj 2026 kl. 12:30 Numret är makulerat: det gavs av misstag."]


def test_receipt_says_when_an_answer_is_due_and_late(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        intake = receive_message(make_message())
        assert (
            "Du ska ha fått svar senast 19 maj 2026." in client.get(f"/kontakt/tack/{intake.token}/").content.decode()
        )

    with time_machine.travel(NOW + timedelta(days=30)):
        assert "Svaret är försenat." in client.get(f"/kontakt/tack/{intake.token}/").content.decode()


def test_receipt_of_what_waits_says_so(client: Client) -> None:
    intake = receive_message(make_message(), quarantine_reason="Ser ut som skräp.")

    assert steps_of(client, intake.token)[1:] == ["Nu Registrator tittar på meddelandet och ger det sedan ett nummer."]


def test_code_leads_to_the_receipt(client: Client) -> None:
    token = receive_message(make_message()).token

    response = client.get("/diarium/folj/", {"code": f" {token} "})

    assert (response.status_code, response["Location"]) == (302, f"/kontakt/tack/{token}/")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("", "Skriv koden som står på ditt kvitto."),
        ("1234", "Skriv koden precis som den står på ditt kvitto."),
        ("\ufffd", "tecken som inte gick att läsa"),
        (str(uuid.uuid4()), "Inget meddelande har den koden."),
    ],
    ids=["empty", "no code", "unreadable", "unknown"],
)
def test_code_that_leads_nowhere_is_told(client: Client, code: str, told: str) -> None:
    page = client.get("/diarium/folj/", {"code": code}).content.decode()

    assert told in page
