import io
import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.storage import storages

from mailroom.models import OutgoingMail
from registry import search
from registry.models import Case, CaseText, Event, File, Intake, Party, Record, SeriesYear
from registry.services.registration import Attachment, EditedMessageError, receive_message, register_waiting
from registry.verification import find_faults
from tests.factories import make_message

pytestmark = pytest.mark.django_db


def attachment(content: bytes = b"En bilaga.", name: str = "bilaga.txt") -> Attachment:
    return Attachment(name=name, content_type="text/plain", content=io.BytesIO(content))


@time_machine.travel(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
def test_receive_registers_a_message_whole() -> None:
    message = make_message(subject="Bredband", body="När kommer fibern?", name="Åsa", email="asa@example.com")

    intake = receive_message(message)

    case = intake.record.case
    assert case.registration_number == "RUS 2026/0001"
    assert (intake.record.subject, intake.record.body) == ("Bredband", "När kommer fibern?")
    assert intake.received_at == datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
    assert [(party.role, party.name, party.email) for party in intake.record.parties.all()] == [
        (Party.Role.SENDER, "Åsa", "asa@example.com")
    ]
    assert [event.kind for event in case.events.all()] == [Event.Kind.REGISTERED]
    assert list(find_faults()) == []


def test_receive_keeps_name_and_text_out_of_the_public_columns() -> None:
    message = make_message(subject="Min hälsa", body="Privat", name="Åsa Berg", addressee="Frida Bergman")

    case = receive_message(message).record.case

    assert case.title == "Meddelande till Frida Bergman"


@time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False)
def test_year_of_the_number_is_stockholms() -> None:
    assert receive_message(make_message()).record.case.registration_number == "RUS 2027/0001"


def test_numbers_grow_past_four_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.services.registration.take_number", lambda _series, _year: 10_000)

    assert receive_message(make_message()).record.case.registration_number.endswith("/10000")


def test_same_token_is_the_same_message() -> None:
    message = make_message()

    first, second = receive_message(message), receive_message(message)

    assert first.pk == second.pk
    assert (Case.objects.count(), OutgoingMail.objects.count()) == (1, 2)
    assert SeriesYear.objects.get().last_number == 1


def test_same_token_with_another_text_is_refused_as_edited() -> None:
    token = uuid.uuid4()
    receive_message(make_message(token=token, body="Först"))

    with pytest.raises(EditedMessageError):
        receive_message(make_message(token=token, body="Sedan"))

    assert Record.objects.get().body == "Först"


def test_attachments_are_kept_privately_with_their_checksums() -> None:
    intake = receive_message(make_message(attachments=[attachment(b"ett"), attachment(b"tv\xc3\xa5")]))

    assert [file.size for file in intake.files.all()] == [3, 4]
    first = intake.files.all()[0]
    with storages["private"].open(first.file.name) as kept:
        assert kept.read() == b"ett"
    assert "bilaga" not in first.file.name
    assert list(find_faults()) == []


def test_a_failed_registration_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[str] = []
    monkeypatch.setattr("registry.services.registration.queue_dispatches", _fail)
    monkeypatch.setattr("files.private_storage.delete_files", deleted.extend)

    with pytest.raises(RuntimeError):
        receive_message(make_message(attachments=[attachment()]))

    assert not Intake.objects.exists()
    assert not Case.objects.exists()
    assert not File.objects.exists()
    assert not SeriesYear.objects.exists()
    assert len(deleted) == 1


def _fail(*_given: object) -> None:
    raise RuntimeError


def test_notice_holds_number_and_link_but_not_the_text() -> None:
    intake = receive_message(
        make_message(subject="Hemligt ämne", body="Hemlig text", name="Åsa", addressee_email="f@example.org")
    )

    mail = OutgoingMail.objects.get(dispatch__kind="notice")
    case = intake.record.case
    assert mail.to == "f@example.org"
    assert case.registration_number in mail.subject
    assert case.get_admin_url() in mail.body
    for secret in ("Hemligt", "Hemlig", "Åsa"):
        assert secret not in mail.subject + mail.body


def test_quarantined_message_has_no_number_until_released() -> None:
    message = make_message(body="Köp nu", attachments=[attachment()])
    intake = receive_message(message, quarantine_reason="Ifylld fälla")
    assert (intake.state, Case.objects.count(), OutgoingMail.objects.count()) == (Intake.State.QUARANTINED, 0, 0)

    case = register_waiting(intake, actor="registrator")

    assert case.records.get().body == "Köp nu"
    assert [event.kind for event in Event.objects.all()] == [
        Event.Kind.QUARANTINED,
        Event.Kind.REGISTERED,
        Event.Kind.RELEASED,
    ]
    assert list(find_faults()) == []


def test_releasing_twice_registers_once() -> None:
    intake = receive_message(make_message(), quarantine_reason="Ifylld fälla")

    assert register_waiting(intake, actor="registrator") == register_waiting(intake, actor="registrator")

    assert Case.objects.count() == 1


def test_registering_a_message_takes_few_round_trips(django_assert_num_queries) -> None:
    """Rows that name each other are written together, since all registrations wait for each other.

    Two more are the savepoint, which only a test has.
    """
    receive_message(make_message())

    with django_assert_num_queries(13):
        receive_message(make_message(email="anna@example.org"))


def test_a_new_cases_words_are_those_that_are_written_when_it_is_indexed_anew() -> None:
    intake = receive_message(
        make_message(subject="Fiber", body="Bredband, å", name="Åsa", email="asa.berg@example.org")
    )
    case = intake.record.case
    words = CaseText.objects.get(case=case).vector

    search.index_case(case)

    assert "'berg'" in words
    assert CaseText.objects.get(case=case).vector == words


def test_the_words_of_files_are_found_from_the_start() -> None:
    case = receive_message(make_message(attachments=[attachment(name="cykelvägar.txt")])).record.case

    assert list(search.search_cases(Case.objects.all(), "cykelvägar.txt")) == [case]
