"""Every way of altering the registry behind the portal's back is reported, by name."""

from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command

from registry.services.registration import Attachment, receive_message
from registry.verification import find_faults
from tests.factories import make_message

pytestmark = pytest.mark.django_db


ALTERATIONS = {
    "UPDATE registry_event SET actor = 'x' WHERE sequence = 2": "Event 2 has been altered.",
    "UPDATE registry_event SET at = at + interval '1 microsecond' WHERE sequence = 1": "Event 1 has been altered.",
    "UPDATE registry_event SET kind = 'accepted' WHERE sequence = 3": "Event 3 has been altered.",
    "UPDATE registry_event SET hash = repeat('0', 64) WHERE sequence = 2": "Event 2 has been altered.",
    "UPDATE registry_event SET previous_hash = repeat('1', 64) WHERE sequence = 2": "Event 2 does not follow",
    "UPDATE registry_eventpayload SET data = '{}' WHERE event_id = 2": "The content of event 2 has been altered.",
    "DELETE FROM registry_eventpayload WHERE event_id = 2": "The content of event 2 is missing.",
    "DELETE FROM registry_event WHERE sequence = 2": "Event 2 is missing.",
    "UPDATE registry_record SET body = 'x' WHERE id = (SELECT max(id) FROM registry_record)": (
        "RUS 2026/0003-1: its text is not as the chain says."
    ),
    "UPDATE registry_intake SET raw = 'x' WHERE id = (SELECT max(id) FROM registry_intake)": "is not as it came",
    "UPDATE registry_case SET number = 99 WHERE number = 3": "has come to 3",
    "UPDATE registry_seriesyear SET last_number = 4": "has come to 4",
    "UPDATE registry_file SET checksum = repeat('0', 64)": "its checksum (SHA-256) is not as the chain says.",
}


@pytest.mark.parametrize(("statement", "told"), ALTERATIONS.items(), ids=ALTERATIONS)
def test_an_alteration_is_told(statement: str, told: str, alter: Callable[[str], None]) -> None:
    for _ in range(3):
        receive_message(make_message(attachments=[Attachment("a.txt", "text/plain", BytesIO(b"a"))]))
    assert list(find_faults()) == []

    alter(statement)

    assert any(told in fault for fault in find_faults())


def test_a_missing_and_a_changed_file_are_told() -> None:
    attachments = [Attachment(name, "text/plain", BytesIO(name.encode())) for name in ("a.txt", "b.txt")]
    first, second = receive_message(make_message(attachments=attachments)).files.all()
    storage = storages["private"]
    storage.delete(first.file.name)
    Path(storage.path(second.file.name)).write_bytes(b"x")

    assert list(find_faults()) == [
        f"File {first.pk} (a.txt) is missing.",
        f"File {second.pk} (b.txt) is not as it came.",
    ]


def test_command_says_that_the_registry_is_whole() -> None:
    receive_message(make_message())
    told = StringIO()

    call_command("verify_registry", stdout=told)

    assert "The registry is whole: 1 cases, each number exactly once and without a gap" in told.getvalue()
