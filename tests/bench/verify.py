"""How long `verify_registry` takes, and how fast the public register answers, with 100,000 events and cases.

The registry is generated in a database of its own by bulk inserts, with a true chain, true checksums and a head for
each day; what is measured is the command and the page as they are. Part of `make bench`; alone:
`python -m tests.bench.verify [events]`.
"""

import hashlib
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from tests.bench.pages import as_if_long_in_use, own_database, refuse, time_pages, visitor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
EVENTS, SECONDS_AT_MOST = 100_000, 60
ROWS_AT_ONCE = 5_000
START = datetime(2021, 1, 1, 8, tzinfo=UTC)
BETWEEN = timedelta(minutes=25)
PAGES = {
    "the newest": "/diarium/",
    "a number": "/diarium/?q=RUS+2021/42",
    "words of the title": "/diarium/?q=bredband",
    "words that all titles have": "/diarium/?q=meddelande",
    "some days": "/diarium/?since=2022-03-01&until=2022-03-05",
    "a status": "/diarium/?status=closed",
    "the last page": "/diarium/?page=400",
    "one case": "/diarium/rus/2021/42/",
}
ASKED = 40
SQL_OF_HEADS = """
    SELECT DISTINCT ON (day) day, sequence, hash FROM (
        SELECT (at AT TIME ZONE 'Europe/Stockholm')::date AS day, sequence, hash FROM registry_event
    ) days ORDER BY day, sequence DESC
"""


def main(events: int = EVENTS) -> None:
    """Generate, measure, print; exit with status 1 and a message if verifying is too slow or finds a fault."""
    with own_database():
        print(f"\nGenerating a registry of {events} events …", flush=True)
        generate(events)
        as_if_long_in_use()
        seconds, said = verify()
        print(f"verify_registry, {events} events: {seconds:.1f} s. {said}")
        slow = time_pages(visitor(), PAGES, ASKED)
        if seconds > SECONDS_AT_MOST * events / EVENTS:
            sys.exit("Verifying the registry took too long.")
        refuse(slow)


def generate(events: int) -> None:
    """Cases, each with arrival, record, sender and the event that registered it; then the heads of all days.

    The database writes down what each row states, as always; one event in a batch speaks for all of it.
    """
    from django.db import transaction

    from registry.chain import GENESIS
    from registry.models import Series

    series, previous = None, GENESIS
    for first in range(0, events, ROWS_AT_ONCE):
        with transaction.atomic():
            if not first:
                series = Series.objects.create(
                    code="RUS", title_sv="Regional utveckling", title_en="Regional development"
                )
            previous = _insert(series, first, min(ROWS_AT_ONCE, events - first), previous)
    _count_series()
    _sign_days()
    _sign_end()


def verify() -> tuple[float, str]:
    """Return the seconds that the command takes, and its last output."""
    from io import StringIO

    from django.core.management import call_command

    said, started = StringIO(), time.perf_counter()
    call_command("verify_registry", stdout=said)
    return time.perf_counter() - started, said.getvalue().splitlines()[-1]


def _insert(series: Any, first: int, count: int, previous: str) -> str:
    from registry.models import Case, Event, EventPayload, Intake, Party, Record

    moments = [START + BETWEEN * number for number in range(first, first + count)]
    intakes = Intake.objects.bulk_create(_intakes(moments, first))
    cases = Case.objects.bulk_create(
        Case(
            series=series, year=moment.year, number=_number(moment, first + offset), registered_at=moment,
            arrived_at=moment, title=f"Meddelande om {('bredband', 'skolan', 'vägar')[offset % 3]}",
            status=("registered", "closed", "answered")[offset % 3],
        )
        for offset, moment in enumerate(moments)
    )  # fmt: skip
    pairs = list(zip(cases, intakes, strict=True))
    records = Record.objects.bulk_create(
        Record(
            case=case, ordinal=1, direction="incoming", recorded_at=case.arrived_at, intake=intake, subject="Fråga",
            body="Hur går det?", language="sv",
        )
        for case, intake in pairs
    )  # fmt: skip
    Party.objects.bulk_create(Party(record=record, role="sender", name="Anna Andersson") for record in records)
    links = list(_links(pairs, records, first, previous))
    Event.objects.bulk_create(event for event, _payload in links)
    EventPayload.objects.bulk_create(payload for _event, payload in links)
    return links[-1][0].hash


def _intakes(moments: list[datetime], first: int) -> Iterator[Any]:
    from registry.models import Intake

    for offset, moment in enumerate(moments):
        raw = json.dumps({"number": first + offset, "message": "Hur går det?"}).encode()
        yield Intake(
            token=uuid.uuid4(), channel="web_form", received_at=moment, language="sv", raw=raw, state="registered",
            checksum=hashlib.sha256(raw).hexdigest(), addressee="Registrator", addressee_email="r@example.org",
        )  # fmt: skip


def _links(pairs: list[Any], records: list[Any], first: int, previous: str) -> Iterator[Any]:
    from registry import chain
    from registry.models import Event, EventPayload
    from registry.services.registration import make_record_digest

    act, changes = _changes_so_far()
    for offset, ((case, intake), record) in enumerate(zip(pairs, records, strict=True)):
        said = {
            "number": case.registration_number, "checksum": intake.checksum, "record": make_record_digest(record),
            "files": [],
        }  # fmt: skip
        data, salt = json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), os.urandom(32)
        event = Event(
            sequence=first + offset + 1, case=case, intake=intake, kind=Event.Kind.REGISTERED, at=case.registered_at,
            previous_hash=previous, commitment=chain.commit_to(salt, data),
            act=None if offset else act, changes="" if offset else changes,
        )  # fmt: skip
        event.hash = previous = chain.compute_hash(event)
        yield event, EventPayload(event=event, salt=salt, data=data)


def _changes_so_far() -> tuple[int, str]:
    """The act of this transaction, and the digest over what it has changed: what an event speaks for."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('registry.act')::bigint, current_setting('registry.changes')")
        return cursor.fetchone()


def _number(moment: datetime, place: int) -> int:
    """Return the number, within its year, of the case at a position."""
    years_first = -(-(datetime(moment.year, 1, 1, tzinfo=UTC) - START) // BETWEEN)
    return place - max(years_first, 0) + 1


def _count_series() -> None:
    """Say how far each year's series has come, past the trigger that lets it be counted up by one only."""
    from django.db import connection

    from tests import databases

    statement = """
        SET session_replication_role = replica;
        INSERT INTO registry_seriesyear (series_id, year, last_number)
        SELECT series_id, year, max(number) FROM registry_case GROUP BY series_id, year
    """
    databases.query(connection.settings_dict["NAME"], statement, as_owner=True)


def _sign_days() -> None:
    from django.db import connection

    from registry import day_heads, signatures
    from registry.models import DayHead

    with connection.cursor() as cursor:
        cursor.execute(SQL_OF_HEADS)
        days = cursor.fetchall()
    DayHead.objects.bulk_create(
        DayHead(
            day=day,
            sequence=sequence,
            hash=hash_,
            signature=signatures.sign_statement(day_heads.make_statement(day, sequence, hash_)),
        )
        for day, sequence, hash_ in days
    )


def _sign_end() -> None:
    from registry import chain_end
    from registry.models import ChainEnd, Event

    last = Event.objects.order_by("-sequence").values_list("sequence", "hash").first()
    end = ChainEnd(pk=chain_end.ONLY, head=chain_end.find_last_head())
    chain_end.sign_end(end, *last).save()


if __name__ == "__main__":
    django.setup()
    from rus_portal import postgres

    with postgres.running_server():
        main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
