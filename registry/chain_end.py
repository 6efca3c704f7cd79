"""The end of the chain, signed with every event, so that removing the newest events is noticed.

The owner of the database can put back an older state of all of it, signed end included. That equals a restored backup;
only a copy of a later day head shows the difference.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from registry import signatures
from registry.models import ChainEnd, DayHead, Event

MARK = """
INSERT INTO registry_chainend (id, sequence, hash, head, signature) VALUES (1, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash, head = EXCLUDED.head,
    signature = EXCLUDED.signature
"""


class End(NamedTuple):
    """The stored row; `sequence` is None where there is none."""

    sequence: int | None
    hash: str | None
    head: date | None
    signature: str | None


def is_valid(end: End, sequence: int, hash_: str) -> bool:
    """Whether the end is signed by us and names the last event. An invalid one is left for `verify_registry`."""
    if end.sequence is None:
        return not Event.objects.exclude(act=None).exists()  # the first event ever that gets a signed end
    return (end.sequence, end.hash) == (sequence, hash_) and _is_signed(end)


def make_mark_parameters(sequence: int, hash_: str, head: date | None) -> list[Any]:
    """Return the parameters of `MARK` for an end at this event."""
    return [sequence, hash_, head, signatures.sign_statement(_statement(sequence, hash_, head))]


def mark_head(day: date) -> None:
    """Record a day's head as the last one. The caller holds the lock of the chain."""
    end, last = read_end(), Event.objects.order_by("-sequence").values_list("sequence", "hash").first()
    if last and end.sequence is not None and is_valid(end, *last):
        with connection.cursor() as cursor:
            cursor.execute(MARK, make_mark_parameters(*last, day))


def read_end() -> End:
    row = ChainEnd.objects.filter(pk=1).values_list("sequence", "hash", "head", "signature").first()
    return End(*row) if row else End(None, None, None, None)


def find_last_head() -> date | None:
    return DayHead.objects.order_by("-day").values_list("day", flat=True).first()


def find_faults() -> Iterator[str]:
    """Yield a sentence for everything wrong with the end."""
    last = Event.objects.order_by("-sequence").values_list("sequence", "hash").first()
    end = read_end()
    if end.sequence is None:
        if last:
            yield "The end of the chain is not signed: the row that names the last event is missing."
        return
    if ChainEnd.objects.exclude(pk=1).exists():
        yield "The chain has more than one end."
    if not _is_signed(end):
        yield "The end of the chain is not signed with the registry's key."
    if last is None or end.sequence > last[0]:
        yield f"Events are missing from the end: the last one signed is event {end.sequence}."
    elif (end.sequence, end.hash) != last:
        yield f"The chain ends with event {last[0]}, but what is signed is event {end.sequence} as it was."
    newest = find_last_head()
    if end.head and (newest is None or newest < end.head):
        yield f"The head of {end.head} is missing from the end."
    elif newest != end.head:
        yield f"The head of {newest} was not made by the registry."


def _is_signed(end: End) -> bool:
    return signatures.is_signed(_statement(end.sequence, end.hash, end.head), end.signature or "")


def _statement(sequence: int | None, hash_: str | None, head: date | None) -> dict[str, Any]:
    return {"sequence": sequence, "hash": hash_, "head": head.isoformat() if head else None}
