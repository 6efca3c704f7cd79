"""The hash chain over the registry's events: extend it, check it."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.models import Case, Event, Intake

GENESIS = "0" * 64
LOCK = 7_243_001
"""Advisory lock of the chain's end: held from the last link's reading to the commit, so that links never fork."""
LOCK_AND_READ_END = """
SELECT pg_advisory_xact_lock(%s);
SELECT sequence, hash FROM registry_event ORDER BY sequence DESC LIMIT 1
"""
"""Two statements in one round trip: the second sees what was committed while the first one waited."""
COLUMNS = ["sequence", "case_id", "intake_id", "kind", "at", "actor", "previous_hash", "commitment", "hash"]
ADD_LINK = """
INSERT INTO registry_event
    (sequence, case_id, intake_id, kind, at, actor, previous_hash, commitment, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s);
INSERT INTO registry_eventpayload (event_id, salt, data) VALUES (%s, %s, %s)
"""


def append(
    kind: Event.Kind, *, case: Case | None = None, intake: Intake | None = None, actor: str = "", **payload: Any
) -> Event:
    """Add a link inside the caller's transaction.

    Everyone who adds one waits from here to this commit: so it takes two round trips, and no model's save.
    """
    data = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str).encode()
    salt = secrets.token_bytes(32)
    with connection.cursor() as cursor:
        cursor.execute(LOCK_AND_READ_END, [LOCK])
        sequence, previous_hash = cursor.fetchone() or (0, GENESIS)
        event = Event(
            sequence=sequence + 1,
            case=case,
            intake=intake,
            kind=kind,
            at=timezone.now(),
            actor=actor,
            previous_hash=previous_hash,
            commitment=commit_to(salt, data),
        )
        event.hash = link_hash(event)
        columns = [getattr(event, column) for column in COLUMNS]
        cursor.execute(ADD_LINK, [*columns, event.sequence, salt, data])
    return event


def commit_to(salt: bytes, data: bytes) -> str:
    """SHA-256(salt ‖ payload), in hexadecimal."""
    return hashlib.sha256(salt + data).hexdigest()


def link_hash(event: Event) -> str:
    """SHA-256 over a link's own columns in canonical JSON, in hexadecimal."""
    columns = [
        event.sequence,
        event.case_id,
        event.intake_id,
        event.kind,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.previous_hash,
        event.commitment,
    ]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def faults() -> Iterator[str]:
    """A sentence for every link that does not hold, in the order of the chain."""
    expected_sequence, previous = 1, GENESIS
    disposed_cases, disposed_intakes = _disposed()
    events = Event.objects.select_related("payload").order_by("sequence")
    for event in events.iterator(chunk_size=2000):
        if event.sequence != expected_sequence:
            yield f"Event {expected_sequence} is missing."
        if event.previous_hash != previous:
            yield f"Event {event.sequence} does not follow the event before it."
        if event.hash != link_hash(event):
            yield f"Event {event.sequence} has been altered."
        if not hasattr(event, "payload"):
            if event.case_id not in disposed_cases and event.intake_id not in disposed_intakes:
                yield f"The content of event {event.sequence} is missing."
        elif commit_to(bytes(event.payload.salt), bytes(event.payload.data)) != event.commitment:
            yield f"The content of event {event.sequence} has been altered."
        expected_sequence, previous = event.sequence + 1, event.hash


def _disposed() -> tuple[set[int], set[int]]:
    """The cases and arrivals whose contents a lawful disposal has destroyed, as the chain itself says."""
    said = Event.objects.filter(kind=Event.Kind.DISPOSED).values_list("case_id", "intake_id")
    cases = {case for case, _intake in said if case}
    intakes = {intake for _case, intake in said if intake}
    return cases, intakes | set(
        Event.objects.filter(case__in=cases, intake__isnull=False).values_list("intake_id", flat=True)
    )
