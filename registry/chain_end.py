"""The end of the chain, signed with every event, so that removing the newest events is noticed.

The owner of the database can put back an older state of all of it, signed end included. That equals a restored backup;
only a copy of a later day head shows the difference.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from registry import signatures
from registry.models import ChainEnd, DayHead, Event

ONLY = 1
"""The key of the one row."""


def is_valid(end: ChainEnd | None, sequence: int, hash_: str) -> bool:
    """Whether the end is signed by us and names the last event. An invalid one is left for `verify_registry`."""
    if end is None:
        return sequence == 0  # before the first event there is none
    return (end.sequence, end.hash) == (sequence, hash_) and _is_signed(end)


def sign_end(end: ChainEnd, sequence: int, hash_: str) -> ChainEnd:
    """Let the end name the event as the last one, and return it to be saved. The caller holds the lock of the chain."""
    end.sequence, end.hash = sequence, hash_
    end.signature = signatures.sign_statement(_statement(sequence, hash_, end.head))
    return end


def mark_head(day: date) -> None:
    """Record a day's head as the last one. The caller holds the lock of the chain."""
    end, last = find_end(), Event.objects.order_by("-sequence").values_list("sequence", "hash").first()
    if last and end and is_valid(end, *last):
        end.head = day
        sign_end(end, *last).save()


def find_end() -> ChainEnd | None:
    return ChainEnd.objects.filter(pk=ONLY).first()


def find_last_head() -> date | None:
    return DayHead.objects.order_by("-day").values_list("day", flat=True).first()


def find_faults() -> Iterator[str]:
    """Yield a sentence for everything wrong with the end."""
    last = Event.objects.order_by("-sequence").values_list("sequence", "hash").first()
    end = find_end()
    if end is None:
        if last:
            yield "The end of the chain is not signed: the row that names the last event is missing."
        return
    if ChainEnd.objects.exclude(pk=ONLY).exists():
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


def _is_signed(end: ChainEnd) -> bool:
    return signatures.is_signed(_statement(end.sequence, end.hash, end.head), end.signature)


def _statement(sequence: int, hash_: str, head: date | None) -> dict[str, Any]:
    return {"sequence": sequence, "hash": hash_, "head": head.isoformat() if head else None}
