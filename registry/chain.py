"""The hash chain over the registry's events: extend it, check it."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import connection
from django.utils import timezone

from registry.models import Case, Event, EventPayload, Intake

GENESIS = "0" * 64
LOCK = 7_243_001
"""Advisory lock of the chain's end: held from the last link's reading to the commit, so that links never fork."""


def append(
    kind: Event.Kind, *, case: Case | None = None, intake: Intake | None = None, actor: str = "", **payload: Any
) -> Event:
    """Add a link inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Event.objects.order_by("-sequence").values("sequence", "hash").first() or {"sequence": 0, "hash": GENESIS}
    data = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str).encode()
    salt = secrets.token_bytes(32)
    event = Event(
        sequence=last["sequence"] + 1,
        case=case,
        intake=intake,
        kind=kind,
        at=timezone.now(),
        actor=actor,
        previous_hash=last["hash"],
        commitment=commit_to(salt, data),
    )
    event.hash = link_hash(event)
    event.save(force_insert=True)
    EventPayload.objects.create(event=event, salt=salt, data=data)
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
