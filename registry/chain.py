"""The hash chain over the registry's events: append and verify."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import connection, models

from jobs import clock
from jobs.locks import Lock
from mailroom.bulk_write import write_rows
from registry import chain_end
from registry.models import Case, ChainEnd, Event, EventPayload, Intake

GENESIS = "0" * 64
KEPT = (
    Event.Kind.DISPOSAL_PROPOSED,
    Event.Kind.DISPOSAL_REJECTED,
    Event.Kind.DISPOSAL_DECIDED,
    Event.Kind.DISPOSAL_WITHDRAWN,
    Event.Kind.DISPOSED,
    Event.Kind.DELIVERED,
    Event.Kind.ARCHIVED,
)
"""Events whose contents survive a disposal, since they document it (`registry_destroy` in migration 0002)."""
LOCK_AND_READ_END = """
SELECT pg_advisory_xact_lock(%s);
WITH said AS MATERIALIZED (
    SELECT nullif(current_setting('registry.act', true), '')::bigint AS act,
        current_setting('registry.changes', true) AS changes
)
SELECT said.act, said.changes, set_config('registry.act', '', true), last.sequence, last.hash,
    signed.id, signed.sequence, signed.hash, signed.head, signed.signature
FROM said
    LEFT JOIN (SELECT sequence, hash FROM registry_event ORDER BY sequence DESC LIMIT 1) last ON true
    LEFT JOIN registry_chainend signed ON signed.id = 1
"""
"""One round trip, since all registrations wait; the second statement sees what was committed while the first waited.

The triggers on facts tell of the changes in settings of the transaction (migration 0002). Those that come later belong
to the next event.
"""


def append_event(
    kind: Event.Kind, *, case: Case | None = None, intake: Intake | None = None, actor: str = "", **payload: Any
) -> Event:
    """Append an event inside the caller's transaction; it covers all changes of the transaction so far.

    All who append wait from here to this commit, so that the chain never forks.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_AND_READ_END, [Lock.CHAIN.value])
        act, changes, _reset, last, last_hash, *row = cursor.fetchone()
    last, last_hash, end = last or 0, last_hash or GENESIS, _build_end(row)
    data = json.dumps(payload, ensure_ascii=False, sort_keys=True, default=str).encode()
    salt = secrets.token_bytes(32)
    event = Event(
        sequence=last + 1,
        case=case,
        intake=intake,
        kind=kind,
        at=clock.read_time(),
        actor=actor,
        previous_hash=last_hash,
        commitment=commit_to(salt, data),
        act=act,
        changes=changes if act else "",
    )
    event.hash = compute_hash(event)
    rows: list[models.Model] = [event, EventPayload(event=event, salt=salt, data=data)]
    if chain_end.is_valid(end, last, last_hash):
        rows.append(chain_end.sign_end(end or ChainEnd(pk=chain_end.ONLY), event.sequence, event.hash))
    write_rows(*rows)
    return event


def _build_end(row: list[Any]) -> ChainEnd | None:
    names = [field.attname for field in ChainEnd._meta.concrete_fields]
    return ChainEnd.from_db(connection.alias, names, row) if row[0] else None


def state_changes(what: str, *, case: Case | None = None, actor: str = "") -> Event | None:
    """Append an event that covers changes made outside the acts; return None where no fact changed.

    `what` describes the change in a few words and names nobody: without a case, the content of the event is never
    destroyed.
    """
    with connection.cursor() as cursor:
        cursor.callproc("current_setting", ["registry.act", True])
        (act,) = cursor.fetchone()
    return append_event(Event.Kind.STATED, case=case, actor=actor, what=what) if act else None


def commit_to(salt: bytes, data: bytes) -> str:
    """Return SHA-256(salt ‖ payload) in hexadecimal."""
    return hashlib.sha256(salt + data).hexdigest()


def compute_hash(event: Event) -> str:
    """Return SHA-256 over the event's own columns in canonical JSON, in hexadecimal."""
    columns = [
        event.sequence,
        event.case_id,
        event.intake_id,
        event.kind,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.previous_hash,
        event.commitment,
        *([event.act, event.changes] if event.act else []),
    ]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def find_faults() -> Iterator[str]:
    """Yield a sentence for every broken link, in the order of the chain."""
    expected_sequence, previous = 1, GENESIS
    disposed_cases, disposed_intakes = find_disposed()
    events = Event.objects.select_related("payload").order_by("sequence")
    for event in events.iterator(chunk_size=2000):
        if event.sequence != expected_sequence:
            yield f"Event {expected_sequence} is missing."
        if event.previous_hash != previous:
            yield f"Event {event.sequence} does not follow the event before it."
        if event.hash != compute_hash(event):
            yield f"Event {event.sequence} has been altered."
        if not hasattr(event, "payload"):
            until = max(disposed_cases.get(event.case_id, 0), disposed_intakes.get(event.intake_id, 0))
            if event.sequence > until or event.kind in KEPT:
                yield f"The content of event {event.sequence} is missing."
        elif commit_to(bytes(event.payload.salt), bytes(event.payload.data)) != event.commitment:
            yield f"The content of event {event.sequence} has been altered."
        expected_sequence, previous = event.sequence + 1, event.hash


def find_disposed() -> tuple[dict[int | None, int], dict[int | None, int]]:
    """Return the lawfully disposed cases and arrivals, each with the sequence of the event that says so.

    Lawful means that the chain has the proposal, the decision by someone else, and the execution.
    """
    proposers: dict[tuple[int | None, int | None], str] = {}
    decided: set[tuple[int | None, int | None]] = set()
    cases: dict[int | None, int] = {}
    intakes: dict[int | None, int] = {}
    ended = (Event.Kind.DISPOSAL_REJECTED, Event.Kind.DISPOSAL_WITHDRAWN)
    kinds = (Event.Kind.DISPOSAL_PROPOSED, Event.Kind.DISPOSAL_DECIDED, Event.Kind.DISPOSED, *ended)
    told = Event.objects.filter(kind__in=kinds).order_by("sequence")
    for sequence, kind, case, intake, actor in told.values_list("sequence", "kind", "case_id", "intake_id", "actor"):
        what = case, intake
        if kind == Event.Kind.DISPOSAL_PROPOSED:
            proposers[what] = actor
            decided.discard(what)
        elif kind in ended:
            proposers.pop(what, None)
            decided.discard(what)
        elif kind == Event.Kind.DISPOSAL_DECIDED and proposers.get(what, actor) != actor:
            decided.add(what)
        elif kind == Event.Kind.DISPOSED and what in decided:
            cases |= {case: sequence} if case else {}
            intakes |= {intake: sequence} if intake else {}
    own = Event.objects.filter(case__in=[*cases], intake__isnull=False).values_list("intake_id", "case_id")
    return cases, intakes | {intake: cases[case] for intake, case in own}
