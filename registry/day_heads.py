"""Day heads: the end of the chain at the end of each day, signed and published.

Whoever keeps a copy of a head can show later that nothing before it was rewritten, even by the owner of the database:
the chain would have another hash there, or the head another signature.

Every day from the first event on has a head; a day without events repeats the head before it. A missing head between
two others was therefore removed.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.locks import Lock, wait_for_advisory_lock
from registry import chain_end, signatures
from registry.days import day_bounds
from registry.models import DayHead, Event

DAY = timedelta(days=1)


def make_missing_heads() -> int:
    """Make heads for all past days that have none. Return how many were made."""
    yesterday = timezone.localdate() - DAY
    last = DayHead.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and last >= yesterday:
        return 0
    day, made = last + DAY if last else _first_day(), 0
    while day and day <= yesterday:
        make_head(day)
        day, made = day + DAY, made + 1
    return made


@transaction.atomic
def make_head(day: date) -> DayHead:
    """Sign the end of the chain as it was at the end of the day in Stockholm.

    Holds the lock of the chain: events take their time under the same lock, so no event of that day is still
    uncommitted. Raise `ValueError` if the day is not over, or nothing had happened by then.
    """
    wait_for_advisory_lock(Lock.CHAIN)
    if made := DayHead.objects.filter(day=day).first():
        return made  # another worker made it while this one waited
    if day >= timezone.localdate():
        raise ValueError(f"{day} is not over.")
    last = Event.objects.filter(at__lt=end_of_day(day)).order_by("-sequence").first()
    if last is None:
        raise ValueError(f"Nothing had happened by {day}.")
    head = DayHead.objects.create(
        day=day,
        sequence=last.sequence,
        hash=last.hash,
        signature=signatures.sign_statement(make_statement(day, last.sequence, last.hash)),
    )
    chain_end.mark_head(day)
    return head


def end_of_day(day: date) -> datetime:
    """Return the midnight that ends a day in Stockholm."""
    return day_bounds(day)[1]


def make_statement(day: date, sequence: int, hash_: str) -> dict[str, Any]:
    """Return what is signed for a day."""
    return {"day": day.isoformat(), "hash": hash_, "sequence": sequence}


def is_signed(head: DayHead) -> bool:
    """Whether one of our keys made the signature."""
    return signatures.is_signed(make_statement(head.day, head.sequence, head.hash), head.signature)


def list_heads() -> dict[str, Any]:
    """Return all heads, oldest first, with the public keys that verify them."""
    heads = DayHead.objects.order_by("day").values("day", "sequence", "hash", "signature")
    return {
        "about": (
            "The end of the registry's hash chain when each day (Europe/Stockholm) was over. Each signature is "
            'Ed25519 over the UTF-8 bytes of {"day":…,"hash":…,"sequence":…}: keys sorted, no spaces.'
        ),
        "public_keys": signatures.list_public_keys(),
        "heads": [{**head, "day": head["day"].isoformat()} for head in heads],
    }


def find_faults() -> Iterator[str]:
    """Yield a sentence for every head that is missing, not signed by us, or contradicted by the chain."""
    heads = list(DayHead.objects.order_by("day"))
    places = {head.sequence + step for head in heads for step in (0, 1)}
    found = Event.objects.filter(sequence__in=places).values_list("sequence", "hash", "at")
    links = {sequence: (hash_, at) for sequence, hash_, at in found}
    first = _first_day()
    if heads and first and first < heads[0].day:
        yield f"The head of {first} is missing."
    for previous, head in zip([None, *heads], heads, strict=False):
        if not is_signed(head):
            yield f"The head of {head.day} is not signed with the registry's key."
        if previous and head.day != previous.day + DAY:
            yield f"The head of {previous.day + DAY} is missing."
        yield from _contradictions(head, links)


def _contradictions(head: DayHead, links: dict[int, tuple[str, datetime]]) -> Iterator[str]:
    """Compare a head with the chain: it must name the last event of its day."""
    hash_, at = links.get(head.sequence, ("", end_of_day(head.day)))
    if hash_ != head.hash:
        yield f"The chain does not stand on {head.day} as the head of that day says."
    elif at >= end_of_day(head.day):
        yield f"The head of {head.day} names an event of a later day."
    elif (after := links.get(head.sequence + 1)) and after[1] < end_of_day(head.day):
        yield f"Event {head.sequence + 1} came after the head of {head.day}, but says that it is of that day or before."


def _first_day() -> date | None:
    first = Event.objects.order_by("sequence").values_list("at", flat=True).first()
    return timezone.localdate(first) if first else None
