"""Removals from the end are reported: the newest events, the newest case with all its rows, the newest head."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from registry import chain, chain_end, day_heads, signatures
from registry.models import ChainEnd, Event
from registry.services.registration import receive_message
from registry.verification import find_faults
from tests.factories import make_message
from tests.registry.test_day_heads import OTHER_KEY, three_days

pytestmark = pytest.mark.django_db
Alter = Callable[[str], None]
NEWEST_CASE = """
    DELETE FROM registry_change WHERE act = (SELECT max(act) FROM registry_event);
    DELETE FROM registry_eventpayload WHERE event_id = (SELECT max(sequence) FROM registry_event);
    DELETE FROM registry_event WHERE sequence = (SELECT max(sequence) FROM registry_event);
    DELETE FROM mailroom_outgoingmail WHERE id IN (
        SELECT mail_id FROM registry_dispatch WHERE case_id = (SELECT max(id) FROM registry_case));
    DELETE FROM registry_dispatch WHERE case_id = (SELECT max(id) FROM registry_case);
    DELETE FROM registry_party WHERE record_id = (SELECT max(id) FROM registry_record);
    DELETE FROM registry_record WHERE id = (SELECT max(id) FROM registry_record);
    DELETE FROM registry_intake WHERE id = (SELECT max(id) FROM registry_intake);
    DELETE FROM registry_casetext WHERE case_id = (SELECT max(id) FROM registry_case);
    DELETE FROM registry_case WHERE id = (SELECT max(id) FROM registry_case);
    UPDATE registry_seriesyear SET last_number = last_number - 1;
"""
"""Everything that a message left, its number included."""

END_MOVED = """
    UPDATE registry_chainend SET (sequence, hash) =
        (SELECT sequence, hash FROM registry_event ORDER BY sequence DESC LIMIT 1)
"""
FORGED_EVENT = """
    INSERT INTO registry_event
        (sequence, kind, at, actor, previous_hash, commitment, hash, case_id, intake_id, act, changes)
    SELECT sequence + 1, kind, at, actor, hash, commitment, repeat('0', 64), case_id, intake_id, NULL, ''
    FROM registry_event WHERE sequence = 3
"""


@pytest.fixture(autouse=True)
def three_messages(db: None) -> None:
    for _ in range(3):
        receive_message(make_message())


def test_the_end_is_the_last_event_signed() -> None:
    end, last = ChainEnd.objects.get(), Event.objects.latest("sequence")

    assert (end.sequence, end.hash, end.head) == (3, last.hash, None)
    assert list(find_faults()) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (NEWEST_CASE, ["Events are missing from the end: the last one signed is event 3."]),
        (
            NEWEST_CASE + END_MOVED,
            ["The end of the chain is not signed with the registry's key."],
        ),
        (
            "DELETE FROM registry_chainend",
            ["The end of the chain is not signed: the row that names the last event is missing."],
        ),
        (
            "INSERT INTO registry_chainend SELECT 2, sequence, hash, head, signature FROM registry_chainend",
            ["The chain has more than one end."],
        ),
        (
            FORGED_EVENT,
            [
                "Event 4 has been altered.",
                "The content of event 4 is missing.",
                "The chain ends with event 4, but what is signed is event 3 as it was.",
            ],
        ),
    ],
    ids=["newest case", "newest case, end moved", "end deleted", "second end", "forged event"],
)
def test_what_was_done_to_the_end_is_told_now_and_after_the_next_message(
    statement: str, told: list[str], alter: Alter
) -> None:
    alter(statement)

    assert list(find_faults()) == told
    receive_message(make_message())
    assert list(find_faults()) != []


def test_a_rewritten_end_is_told_though_the_chain_holds_in_itself(alter: Alter) -> None:
    """The owner of the database can recompute every hash, but not the signature."""
    event = Event.objects.latest("sequence")
    event.actor = "någon annan"
    alter(f"UPDATE registry_event SET actor = 'någon annan', hash = '{chain.compute_hash(event)}' WHERE sequence = 3")

    assert list(chain.find_faults()) == []
    assert list(find_faults()) == ["The chain ends with event 3, but what is signed is event 3 as it was."]
    receive_message(make_message())
    assert list(chain.find_faults()) == []
    assert list(find_faults()) == ["The chain ends with event 4, but what is signed is event 3 as it was."]


def test_an_older_end_with_its_signature_and_its_rows_is_a_restored_backup(alter: Alter) -> None:
    """The database cannot tell it from a restored backup; a kept day head can (`/diarium/huvuden.json`)."""
    end = ChainEnd.objects.get()
    receive_message(make_message())
    alter(NEWEST_CASE)
    alter(f"UPDATE registry_chainend SET sequence = 3, hash = '{end.hash}', signature = '{end.signature}'")

    assert list(find_faults()) == []


def test_a_new_key_signs_on_where_the_former_is_known(settings: Any) -> None:
    former = signatures.list_public_keys()[0]
    settings.REGISTRY_SIGNING_KEY, settings.REGISTRY_FORMER_KEYS = OTHER_KEY, [former]
    receive_message(make_message())

    settings.REGISTRY_FORMER_KEYS = []
    assert list(find_faults()) == []


def test_a_key_that_is_not_known_signs_nothing(settings: Any) -> None:
    settings.REGISTRY_SIGNING_KEY = base64.b64encode(b"y" * 32).decode()
    receive_message(make_message())

    assert ChainEnd.objects.get().sequence == 3
    assert "The end of the chain is not signed with the registry's key." in list(find_faults())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM registry_dayhead WHERE day = '2026-03-03'", "The head of 2026-03-03 is missing from the end."),
        ("DELETE FROM registry_dayhead", "The head of 2026-03-03 is missing from the end."),
        ("DELETE FROM registry_dayhead WHERE day = '2026-03-01'", "The head of 2026-03-01 is missing."),
    ],
)
def test_a_missing_head_is_told(statement: str, told: str, alter: Alter) -> None:
    alter(
        "DELETE FROM registry_change; DELETE FROM registry_eventpayload; DELETE FROM registry_event;"
        "DELETE FROM registry_chainend"
    )
    three_days()
    assert [*day_heads.find_faults(), *chain_end.find_faults()] == []

    alter(statement)

    assert [*day_heads.find_faults(), *chain_end.find_faults()] == [told]


def test_a_head_is_marked_by_the_end_and_stays_marked() -> None:
    with time_machine.travel(datetime(2030, 1, 2, 12, tzinfo=UTC)):
        day_heads.make_missing_heads()
        receive_message(make_message())

    assert str(ChainEnd.objects.get().head) == "2030-01-01"
    assert list(find_faults()) == []
