"""Day heads: the event they name, their signature, and the faults reported."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from registry import day_heads, signatures
from registry.models import DayHead, Event
from registry.services.registration import receive_message
from rus_portal import worker
from tests.factories import make_message

pytestmark = pytest.mark.django_db
OTHER_KEY = base64.b64encode(b"x" * 32).decode()


def event_at(*utc: int) -> Event:
    """Register a message at a time in UTC."""
    with time_machine.travel(datetime(*utc, tzinfo=UTC), tick=False):  # type: ignore[misc, arg-type]
        return receive_message(make_message()).record.case.events.get()


def three_days() -> list[DayHead]:
    """Make heads of 1 to 3 March, with no events on the second day."""
    for day in (1, 1, 3):
        event_at(2026, 3, day, 10)
    with time_machine.travel(datetime(2026, 3, 4, 10, tzinfo=UTC)):
        day_heads.make_missing_heads()
    return list(DayHead.objects.order_by("day"))


def test_head_is_the_last_event_of_the_day() -> None:
    made = three_days()

    assert [(head.day.day, head.sequence) for head in made] == [(1, 2), (2, 2), (3, 3)]
    assert [head.hash for head in made] == [Event.objects.get(sequence=number).hash for number in (2, 2, 3)]
    assert list(day_heads.find_faults()) == []


@pytest.mark.parametrize(
    ("last_of_the_day", "first_of_the_next", "day"),
    [
        ((2026, 1, 31, 22, 59), (2026, 1, 31, 23, 0), date(2026, 1, 31)),
        ((2026, 3, 29, 21, 59), (2026, 3, 29, 22, 0), date(2026, 3, 29)),
        ((2026, 10, 25, 22, 59), (2026, 10, 25, 23, 0), date(2026, 10, 25)),
        ((2026, 12, 31, 22, 59), (2026, 12, 31, 23, 0), date(2026, 12, 31)),
    ],
    ids=["winter", "clocks go forward", "clocks go back", "New Year"],
)
def test_a_day_ends_at_midnight_in_stockholm(last_of_the_day: Any, first_of_the_next: Any, day: date) -> None:
    last = event_at(*last_of_the_day)
    event_at(*first_of_the_next)

    with time_machine.travel(datetime(2027, 1, 1, 12, tzinfo=UTC)):
        head = day_heads.make_head(day)

    assert head.hash == last.hash
    assert list(day_heads.find_faults()) == []


def test_the_worker_makes_what_is_missing_once(settings: Any) -> None:
    event_at(2026, 3, 1, 10)
    with time_machine.travel(datetime(2026, 3, 1, 22, 59, tzinfo=UTC)):
        assert day_heads.make_missing_heads() == 0

    with time_machine.travel(datetime(2026, 3, 1, 23, 1, tzinfo=UTC)):
        assert [day_heads.make_missing_heads(), day_heads.make_missing_heads()] == [1, 0]
    assert day_heads.make_missing_heads in worker.QUICK


def test_an_empty_registry_has_no_head() -> None:
    assert day_heads.make_missing_heads() == 0
    with pytest.raises(ValueError, match="Nothing had happened"):
        day_heads.make_head(date(2020, 1, 1))


def test_a_day_that_is_not_over_has_no_head() -> None:
    event_at(2026, 3, 1, 10)

    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC)), pytest.raises(ValueError, match="not over"):
        day_heads.make_head(date(2026, 3, 1))


@pytest.mark.parametrize("address", ["/diarium/huvuden.json", "/en/registry/heads.json"])
def test_anyone_can_check_the_published_file(client: Client, address: str) -> None:
    three_days()

    response = client.get(address)

    published = json.loads(response.content)
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-cache"
    assert [head["day"] for head in published["heads"]] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(published["public_keys"][0]))
    for head in published["heads"]:
        signature = base64.b64decode(head.pop("signature"))
        signed = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
        key.verify(signature, signed)
        with pytest.raises(InvalidSignature):
            key.verify(signature, signed.replace(b"2026", b"2027"))


ALTERATIONS = {
    "UPDATE registry_dayhead SET hash = repeat('0', 64) WHERE day = '2026-03-01'": [
        "The head of 2026-03-01 is not signed with the registry's key.",
        "The chain does not stand on 2026-03-01 as the head of that day says.",
    ],
    "UPDATE registry_dayhead SET day = '2026-02-28' WHERE day = '2026-03-01'": [
        "The head of 2026-02-28 is not signed with the registry's key.",
        "The head of 2026-02-28 names an event of a later day.",
        "The head of 2026-03-01 is missing.",
    ],
    # Lenient base64 reads the same bytes.
    "UPDATE registry_dayhead SET signature = signature || 'x' WHERE day = '2026-03-01'": [
        "The head of 2026-03-01 is not signed with the registry's key."
    ],
    "DELETE FROM registry_dayhead WHERE day = '2026-03-02'": ["The head of 2026-03-02 is missing."],
    "UPDATE registry_event SET hash = repeat('0', 64) WHERE sequence = 3": [
        "The chain does not stand on 2026-03-03 as the head of that day says."
    ],
    "DELETE FROM registry_event WHERE sequence = 3": [
        "The chain does not stand on 2026-03-03 as the head of that day says."
    ],
    "UPDATE registry_event SET at = '2026-03-01 12:00Z' WHERE sequence = 3": [
        "Event 3 came after the head of 2026-03-01, but says that it is of that day or before.",
        "Event 3 came after the head of 2026-03-02, but says that it is of that day or before.",
    ],
}


@pytest.mark.parametrize(("statement", "told"), ALTERATIONS.items(), ids=ALTERATIONS)
def test_an_alteration_is_told(statement: str, told: list[str], alter: Callable[[str], None]) -> None:
    three_days()
    assert list(day_heads.find_faults()) == []

    alter(statement)

    assert list(day_heads.find_faults()) == told


def test_a_rewritten_chain_is_told_by_its_heads(settings: Any) -> None:
    """The owner of the database can make a consistent chain, but not one that matches the published heads."""
    three_days()
    settings.REGISTRY_SIGNING_KEY = OTHER_KEY

    assert [fault for fault in day_heads.find_faults() if "not signed" in fault] == [
        f"The head of 2026-03-0{day} is not signed with the registry's key." for day in (1, 2, 3)
    ]


def test_a_former_key_still_counts(settings: Any) -> None:
    three_days()
    former = signatures.list_public_keys()[0]
    settings.REGISTRY_SIGNING_KEY, settings.REGISTRY_FORMER_KEYS = OTHER_KEY, [former]

    assert signatures.list_public_keys()[1:] == [former]
    assert list(day_heads.find_faults()) == []


@pytest.mark.parametrize("key", ["", "kort", "x" * 44, base64.b64encode(b"x" * 31).decode()])
def test_a_key_that_is_none_is_told_before_it_is_needed(settings: Any, key: str) -> None:
    call_command("check", tags=["security"])
    settings.REGISTRY_SIGNING_KEY = key

    with pytest.raises(SystemCheckError, match=r"registry\.E001"):
        call_command("check", tags=["security"])
