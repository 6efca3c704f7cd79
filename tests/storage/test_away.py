"""A storage that does not answer: nothing is acknowledged, nothing typed is lost, and the rest goes on."""

import io
import time
from typing import Any

import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from files.circuit_breaker import CircuitBreaker, StorageAwayError
from mailroom.models import IncomingMail
from registry.files import text as filetext
from registry.models import File, FileText, Intake
from registry.services.mail_intake import take_due_mail
from registry.services.registration import Attachment, receive_message
from tests.contacts.test_contact_form import open_form
from tests.factories import make_document, make_incoming_mail, make_message, make_staff

WITH_A_FILE = (
    b"Subject: Ritningar\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\n\r\nText.\r\n--x\r\nContent-Type: text/plain\r\n"
    b"Content-Disposition: attachment; filename=a.txt\r\n\r\nBilaga\r\n--x--\r\n"
)


def _refuse(*_given: Any, **_options: Any) -> Any:
    raise StorageAwayError("The storage does not answer.")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Undo it, and the storage is back."""
    for act in ("save", "delete", "open"):
        monkeypatch.setattr(storages["private"], act, _refuse)
        monkeypatch.setattr(default_storage, act, _refuse)
    return monkeypatch


def fail(breaker: CircuitBreaker) -> None:
    with pytest.raises(StorageAwayError, match="does not answer"), breaker.guard():
        _refuse()


def is_refused(breaker: CircuitBreaker) -> bool:
    try:
        with breaker.guard():
            return False
    except StorageAwayError:
        return True


def test_storage_that_failed_is_left_alone_until_a_moment_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    breaker = CircuitBreaker()
    fail(breaker)

    refused = []
    for seconds in (0.0, 1.9, 2.1, 2.2):
        monkeypatch.setattr("files.circuit_breaker.monotonic", lambda at=now + seconds: at)
        refused.append(is_refused(breaker))

    assert refused == [True, True, False, False]


def test_one_caller_at_a_time_tries_a_storage_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = CircuitBreaker()
    fail(breaker)
    later = time.monotonic() + 3
    monkeypatch.setattr("files.circuit_breaker.monotonic", lambda: later)

    with breaker.guard():
        others = [is_refused(breaker) for _caller in range(3)]

    assert (others, is_refused(breaker)) == ([True, True, True], False)


def test_file_that_is_not_there_does_not_make_the_storage_a_failed_one() -> None:
    breaker = CircuitBreaker()

    with pytest.raises(FileNotFoundError), breaker.guard():
        raise FileNotFoundError

    assert not is_refused(breaker)


@pytest.mark.django_db
def test_message_with_a_file_is_not_acknowledged_and_keeps_its_text(
    client: Client, away: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_staff(slug="frida-bergman")
    address = "/en/contact/frida-bergman/"
    typed = {"subject": "Ritningar", "message": "Här är ritningarna.", "token": open_form(client, address)}

    def sent() -> Any:
        return client.post(address, typed | {"attachments": [SimpleUploadedFile("a.txt", b"Text")]})

    refused, intakes = sent(), Intake.objects.count()
    away.undo()

    assert (refused.status_code, refused["Retry-After"], intakes) == (503, "30", 0)
    page = refused.content.decode()
    assert "Your message was not received because attached files cannot be saved right now." in page
    assert "Här är ritningarna." in page
    assert (sent().status_code, Intake.objects.count(), File.objects.count()) == (303, 1, 1)


@pytest.mark.django_db
def test_file_kept_before_the_storage_went_away_is_told_of_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    storage, kept = storages["private"], []
    save = storage.save
    monkeypatch.setattr(storage, "save", lambda *given: _refuse() if kept else kept.append(save(*given)) or kept[0])
    monkeypatch.setattr(storage, "delete", _refuse)
    files = [Attachment(f"{name}.txt", "text/plain", io.BytesIO(b"Text")) for name in "ab"]

    with pytest.raises(StorageAwayError):
        receive_message(make_message(attachments=files))

    assert Intake.objects.count() == 0
    assert caplog.messages == [f"{kept[0]}, which no row names, could not be removed from the private storage."]


@pytest.mark.django_db
def test_mail_with_a_file_waits_without_using_up_its_attempts(away: pytest.MonkeyPatch) -> None:
    mail = make_incoming_mail(WITH_A_FILE)

    take_due_mail()
    mail.refresh_from_db()
    waiting = (mail.state, mail.attempts, mail.due_at is not None and mail.due_at > timezone.now())
    away.undo()
    IncomingMail.objects.update(due_at=timezone.now())
    take_due_mail()

    mail.refresh_from_db()
    assert waiting == ("fetched", 0, True)
    assert (mail.state, File.objects.filter(original_name="a.txt").count()) == ("taken", 1)


@pytest.mark.django_db
def test_words_of_a_file_are_taken_out_when_the_storage_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    attachment = Attachment("a.txt", "text/plain", io.BytesIO(b"Vindkraft"))
    receive_message(make_message(attachments=[attachment]))
    with monkeypatch.context() as away:
        away.setattr(storages["private"], "open", _refuse)
        with pytest.raises(StorageAwayError):  # the worker lets the job pause
            filetext.extract_due_texts()
        assert not FileText.objects.exists()

    filetext.extract_due_texts()

    assert FileText.objects.get().text.strip() == "Vindkraft"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/en/documents/plan/file", "Files are temporarily unavailable"),
        ("/dokument/plan/fil", ""),
    ],
)
def test_file_that_cannot_be_fetched_is_told_in_a_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str, heading: str
) -> None:
    make_document(slug="plan")
    monkeypatch.setattr(default_storage, "open", _refuse)

    answer = client.get(address)

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert heading in answer.content.decode()
