"""The timeline of a case says what happened in whole sentences: it names records and files, never a checksum."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from accounts.roles import Role
from mailroom.models import OutgoingMail
from registry.files.scanning import _settle
from registry.models import Case, Event, EventPayload, File
from registry.services import mail_intake
from registry.services.referral import refer_sender
from registry.services.registration import Attachment, receive_message
from registry.templatetags.registry_words import in_words
from tests.factories import make_case, make_incoming_mail, make_message, make_user
from tests.registry.eventful import make_eventful_registry

pytestmark = pytest.mark.django_db
CHECKSUM = re.compile(r"[0-9a-f]{64}")


def words_of(case: Case, kind: Event.Kind) -> list[str]:
    return [in_words(event) for event in case.events.filter(kind=kind).select_related("payload")]


def told_of(kind: Event.Kind, said: dict[str, Any], case: Case | None = None) -> str:
    """Return the sentence of an event with that content, as older events may have it."""
    event = Event(kind=kind, case=case)
    event.payload = EventPayload(data=json.dumps(said).encode())
    return in_words(event)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_event_is_told_by_a_checksum_or_with_a_gap(language: str, tmp_path: Path) -> None:
    make_eventful_registry(tmp_path)

    with translation.override(language):
        words = [in_words(event) for event in Event.objects.select_related("payload", "case__series")]

    assert [sentence for sentence in words if CHECKSUM.search(sentence) or "  " in sentence or "%" in sentence] == []


def test_a_later_record_is_told_by_its_number() -> None:
    case = make_case(email="bo@example.com")
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    for number in (1, 2):
        lines = (f"From: bo@example.com\r\nMessage-ID: <{number}@x>\r\nIn-Reply-To: {sent.message_id}", "", "Mer.")
        make_incoming_mail("\r\n".join(lines).encode())
    mail_intake.take_due_mail()

    assert words_of(case, Event.Kind.RECORD_ADDED) == [
        f"{case}-2 lades till i ärendet.",
        f"{case}-3 lades till i ärendet.",
    ]


def test_a_later_record_of_before_is_told_by_its_arrival() -> None:
    case = make_case()
    event = Event(kind=Event.Kind.RECORD_ADDED, case=case, intake=case.records.get().intake)
    event.payload = EventPayload(data=json.dumps({"record": "a" * 64}).encode())

    assert in_words(event) == f"{case}-1 lades till i ärendet."


def test_a_sender_is_told_to_turn_to_another_authority() -> None:
    registrar = make_user(Role.REGISTRAR)
    told, nameless = make_case(), make_case(email="")
    for case in (told, nameless):
        refer_sender(case, registrar, authority="Kommunen")

    assert words_of(told, Event.Kind.FORWARDED) == ["Avsändaren hänvisades till Kommunen."]
    assert words_of(nameless, Event.Kind.FORWARDED) == [
        "Meddelandet hör till Kommunen, men avsändaren lämnade ingen adress att svara på."
    ]


def test_an_infected_file_is_told_by_its_name() -> None:
    case = receive_message(make_message(attachments=[Attachment("a.txt", "text/plain", BytesIO(b"a"))])).record.case
    _settle(File.objects.get(), "Eicar")

    assert words_of(case, Event.Kind.FILE_SCANNED) == ["Filen ”a.txt” viruskontrollerades: Eicar"]


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        (Event.Kind.FILE_SCANNED, {"file": "a" * 64, "result": "Eicar"}, "En fil viruskontrollerades: Eicar"),
        (Event.Kind.MAIL_BOUNCED, {"message_id": "<1@x>", "reason": "Full."}, "Ett brev kom tillbaka: Full."),
        (Event.Kind.MAIL_BOUNCED, {"to": "bo@x.se", "reason": "Full."}, "Brevet till bo@x.se kom tillbaka: Full."),
        (Event.Kind.FORWARDED, {"to": "Kommunen"}, "Avsändaren hänvisades till Kommunen."),
        (Event.Kind.ANSWERED, {"how": "Ringde."}, "Ärendet besvarades: Ringde."),
        (Event.Kind.ANSWERED, {"record": "a" * 64}, "Ärendet besvarades."),
        (Event.Kind.DUE_SET, {"due": ""}, "Det finns inte längre något datum för svar."),
        (Event.Kind.TYPE_SET, {"type": ""}, "Handlingstypen togs bort."),
    ],
)
def test_events_of_before_are_told_in_whole_sentences(kind: Event.Kind, said: dict[str, Any], words: str) -> None:
    assert told_of(kind, said) == words
