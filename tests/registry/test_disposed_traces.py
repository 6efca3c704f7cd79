"""After a disposal no bytes are left in the storage, and verification excuses nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from accounts.roles import Role
from jobs.models import Failure
from mailroom.models import MailAttachment
from mailroom.outbox import queue_mail
from registry.models import Answer, AnswerFile, Case, Disposal, File
from registry.services.case_acts import perform_act
from registry.services.disposal import propose_disposal
from registry.services.file_removal import remove_disposed_files
from registry.services.registration import receive_message
from registry.transitions import Act
from registry.verification import find_faults
from tests.factories import make_message, make_user
from tests.registry.test_disposal import CANARY, closed_case, dispose, everything_written

pytestmark = pytest.mark.django_db


def test_bytes_leave_the_storage_by_the_worker_after_the_disposal() -> None:
    case = closed_case()
    file = File.objects.get()
    dispose(cases=[case])
    storage = storages["private"]
    assert storage.exists(file.file.name)

    assert (remove_disposed_files(), remove_disposed_files()) == (1, 0)

    file.refresh_from_db()
    assert not storage.exists(file.file.name)
    assert (file.original_name, file.checksum, file.removed_at is not None) == ("", "", True)
    assert list(find_faults()) == []


def test_a_round_that_was_interrupted_is_taken_up_again() -> None:
    case = closed_case()
    dispose(cases=[case])
    storages["private"].delete(File.objects.get().file.name)  # deleted, but the commit never came

    assert remove_disposed_files() == 1


def test_a_storage_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    dispose(cases=[closed_case()])
    with monkeypatch.context() as patched:
        patched.setattr(storages["private"], "delete", _fail)
        assert remove_disposed_files() == 0
    Failure.objects.update(due_at=timezone.now())

    assert remove_disposed_files() == 1


def _fail(_name: str) -> None:
    raise OSError


def test_bytes_that_another_case_needs_stay_until_it_is_disposed_of() -> None:
    case, other = closed_case(), closed_case(attachments=[])
    name = File.objects.get().file.name
    mail = queue_mail(to="b@example.org", subject="Kopia", body="Text.", language="sv")
    MailAttachment.objects.create(mail=mail, file=name, name="kopia.txt", content_type="text/plain")
    answer = Answer.objects.create(case=other, to_email="b@example.org", subject="Kopia", body="Text.")
    AnswerFile.objects.create(answer=answer, file=name, original_name="k", content_type="t", size=1, checksum="x")
    dispose(cases=[case])
    assert remove_disposed_files() == 0

    MailAttachment.objects.all().delete()
    assert remove_disposed_files() == 0
    dispose(cases=[other])

    assert remove_disposed_files() == 1
    assert not storages["private"].exists(name)


def test_a_drafts_own_file_is_removed_with_its_case() -> None:
    case = closed_case(attachments=[])
    name = storages["private"].save("utkast/1", ContentFile(b"Utkast."))
    answer = Answer.objects.create(case=case, to_email="b@example.org", subject="Utkast", body=CANARY)
    AnswerFile.objects.create(answer=answer, file=name, original_name=CANARY, content_type="t", size=7, checksum="x")

    dispose(cases=[case])

    assert remove_disposed_files() == 1
    assert not storages["private"].exists(name)
    assert not Answer.objects.exists()
    assert CANARY not in everything_written()
    assert list(find_faults()) == []


def test_a_second_disposal_elsewhere_still_verifies() -> None:
    first, second, third = closed_case(), closed_case(), closed_case()

    dispose(cases=[first])
    dispose(cases=[second], intakes=[receive_message(make_message(), quarantine_reason="Ifylld fälla")])

    third.refresh_from_db()
    assert third.status == Case.Status.CLOSED
    assert list(find_faults()) == []


UNLAWFUL = {
    "DELETE FROM registry_eventpayload WHERE event_id = 1": "The content of event 1 is missing.",
    "DELETE FROM registry_eventpayload WHERE event_id = (SELECT max(sequence) FROM registry_event)": (
        "The content of event 5 is missing."
    ),
    "DELETE FROM registry_eventpayload p USING registry_event e "
    "WHERE e.sequence = p.event_id AND e.kind = 'disposal_decided'": "The content of event 4 is missing.",
    "UPDATE registry_intake SET state = 'disposed', raw = '' WHERE id = (SELECT min(id) FROM registry_intake)": (
        "was emptied, but nobody has decided that."
    ),
    "UPDATE registry_case SET status = 'disposed' WHERE id = (SELECT min(id) FROM registry_case)": (
        "RUS 2026/0001 is marked as disposed of, but nobody has decided that."
    ),
    "UPDATE registry_file SET disposed_at = now() WHERE id = (SELECT min(id) FROM registry_file)": (
        "is marked as disposed of, but nobody has decided that."
    ),
}


@pytest.mark.parametrize(("statement", "told"), UNLAWFUL.items(), ids=UNLAWFUL)
def test_destruction_without_a_decision_is_named(
    statement: str, told: str, time_machine: Any, alter: Callable[[str], None]
) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 10, 30, tzinfo=UTC), tick=False)
    _kept, case = closed_case(), closed_case()
    dispose(cases=[case])
    assert list(find_faults()) == []

    alter(statement)

    found = [fault for fault in find_faults() if told in fault]
    assert len(found) == 1


def test_a_disposal_that_its_proposer_decided_does_not_excuse_the_chain(alter: Callable[[str], None]) -> None:
    case, archivist = closed_case(), make_user(Role.ARCHIVIST)
    disposal = propose_disposal(cases=[case], ground="Plan 1", user=archivist)
    perform_act(Act.DECIDE_DISPOSAL, case, archivist)
    perform_act(Act.DISPOSE, case, archivist)
    alter("DELETE FROM registry_eventpayload WHERE event_id = 1")

    assert "The content of event 1 is missing." in list(find_faults())
    assert disposal.state == Disposal.State.PROPOSED
