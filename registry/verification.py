"""Whether the registry is whole: its chain, its numbers, what came in against its checksums, the published heads."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.core.files.storage import storages
from django.db.models import Count, Max, Min, QuerySet

from registry import chain, heads
from registry.models import Case, DayHead, Event, File, Intake, Record, SeriesYear
from registry.services import disposal_of_mail
from registry.services.receiving import record_digest

BATCH = 500
"""How many messages are in memory at once."""
T = TypeVar("T")
Tell = Callable[[str], Any]


def _say_nothing(_words: str) -> None:
    pass


def faults(tell: Tell = _say_nothing) -> Iterator[str]:
    """A sentence for everything that is not as it was left. `tell` is told how far the checking has come."""
    tell(f"Checking the chain of {Event.objects.count()} events …")
    yield from chain.faults()
    tell(f"Checking the heads of {DayHead.objects.count()} days …")
    yield from heads.faults()
    tell("Checking the number series …")
    yield from _number_faults()
    yield from _intake_faults(tell)
    yield from _case_faults(tell)
    yield from _later_record_faults()
    yield from _file_faults(tell)
    yield from _disposal_faults()
    yield from disposal_of_mail.faults()


def _number_faults() -> Iterator[str]:
    """Every number from 1 to the last, each once: counted by the database."""
    spans = {
        (row["series"], row["year"]): row
        for row in Case.objects.order_by()
        .values("series", "year")
        .annotate(lowest=Min("number"), highest=Max("number"), count=Count("pk"))
    }
    for year in SeriesYear.objects.select_related("series"):
        span = spans.pop((year.series_id, year.year), {"lowest": None, "highest": 0, "count": 0})
        if (span["highest"], span["count"]) != (year.last_number, year.last_number):
            yield (
                f"The series {year} has come to {year.last_number}, but the registry holds {span['count']} "
                f"cases, the last of them {span['highest']}."
            )
    for series, number in spans:
        yield f"There are cases of {number} in series {series}, which was never counted up."


def _intake_faults(tell: Tell) -> Iterator[str]:
    kept = Intake.objects.exclude(state=Intake.State.DISPOSED).order_by("pk")
    rows = kept.values_list("pk", "received_at", "raw", "checksum")
    for batch in _batches(rows, "arrivals", tell):
        for pk, received_at, raw, checksum in batch:
            if hashlib.sha256(bytes(raw)).hexdigest() != checksum:
                yield f"Arrival {pk} of {received_at:%Y-%m-%d %H:%M} is not as it came."


def _case_faults(tell: Tell) -> Iterator[str]:
    """Each case against the event that registered it."""
    registered = Event.objects.filter(kind=Event.Kind.REGISTERED).order_by("sequence")
    rows = registered.values(
        "sequence", "case", "intake", "case__series__code", "case__year", "case__number", "intake__checksum",
        "case__follows__series__code", "case__follows__year", "case__follows__number", "payload__data",
    )  # fmt: skip
    seen = 0
    for batch in _batches(rows, "cases", tell):
        seen += len(batch)
        records = _first_records(row["case"] for row in batch)
        files = _checksums_of_files(row["intake"] for row in batch)
        for row in batch:
            yield from _registration_faults(row, records.get(row["case"], ""), files.get(row["intake"], []))
    if seen != Case.objects.count():
        yield f"{seen} cases were registered according to the chain, but the registry holds {Case.objects.count()}."


def _registration_faults(row: Any, record: str, files: list[str]) -> Iterator[str]:
    """What is not as the event said when it registered the case: for an arrival, or to follow an ended case."""
    if row["case"] is None:
        yield f"Event {row['sequence']} does not say what it registered."
        return
    try:
        said = json.loads(bytes(row["payload__data"] or b""))
    except ValueError:
        return  # gone or altered: the chain has already told
    if row["intake"] is None and not said.get("follows"):
        yield f"Event {row['sequence']} does not say what it registered."
        return
    came = {"checksum": row["intake__checksum"], "files": sorted(files)}
    now = {"number": _number_in(row, "case"), "record": record} | (
        came if row["intake"] else {"follows": _number_in(row, "case__follows")}
    )
    yield from (f"{said['number']}: its {key} is not as registered." for key in now if now[key] != said.get(key))


def _number_in(row: Any, case: str) -> str:
    if row[f"{case}__number"] is None:
        return ""
    return f"{row[f'{case}__series__code']} {row[f'{case}__year']}/{row[f'{case}__number']:04d}"


def _later_record_faults() -> Iterator[str]:
    """Each record after a case's first against the event that added it: further mail, and answers."""
    added = Event.objects.filter(kind__in=(Event.Kind.RECORD_ADDED, Event.Kind.ANSWERED), payload__isnull=False)
    for case, data in added.order_by("sequence").values_list("case", "payload__data").iterator(chunk_size=BATCH):
        try:
            said = json.loads(bytes(data))
        except ValueError:
            continue  # the chain has already told
        if "ordinal" not in said:
            continue  # marked as answered without a record
        record = Record.objects.filter(case=case, ordinal=said["ordinal"]).select_related("case__series").first()
        if record is None:
            yield f"Record {said['ordinal']} of case {case} is missing."
        elif record_digest(record) != said.get("record"):
            yield f"{record} is not as it was added."


def _first_records(cases: Iterable[int | None]) -> dict[int, str]:
    """What the first record of each case says, as a digest."""
    columns = ("case", "ordinal", "subject", "body", "recorded_at")
    first = Record.objects.filter(case__in=list(cases)).order_by("case", "ordinal").distinct("case")
    return {
        row[0]: record_digest(Record(**dict(zip(("case_id", *columns[1:]), row, strict=True))))
        for row in first.values_list(*columns)
    }


def _checksums_of_files(intakes: Iterable[int | None]) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = {}
    for intake, checksum in File.objects.filter(intake__in=list(intakes)).values_list("intake", "checksum"):
        found.setdefault(intake, []).append(checksum)
    return found


def _file_faults(tell: Tell) -> Iterator[str]:
    storage = storages["private"]
    kept = File.objects.filter(disposed_at=None).order_by("pk")
    for batch in _batches(kept.values_list("pk", "original_name", "file", "checksum"), "files", tell):
        for pk, original_name, name, checksum in batch:
            if not storage.exists(name):
                yield f"File {pk} ({original_name}) is missing."
                continue
            with storage.open(name) as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != checksum:
                    yield f"File {pk} ({original_name}) is not as it came."


def _disposal_faults() -> Iterator[str]:
    """What says that it was disposed of although the chain knows of no decision."""
    lawful_cases, lawful_intakes = chain.disposed()
    cases = Case.objects.filter(status=Case.Status.DISPOSED).exclude(pk__in=[*lawful_cases])
    for case in cases.select_related("series"):
        yield f"{case} is marked as disposed of, but nobody has decided that."
    for intake in Intake.objects.filter(state=Intake.State.DISPOSED).exclude(pk__in=[*lawful_intakes]):
        yield f"Arrival {intake.pk} of {intake.received_at:%Y-%m-%d %H:%M} was emptied, but nobody has decided that."
    files = File.objects.exclude(disposed_at=None)
    for file in files.exclude(record__case__in=[*lawful_cases]).exclude(intake__in=[*lawful_intakes]):
        yield f"File {file.pk} is marked as disposed of, but nobody has decided that."


def _batches(rows: QuerySet[Any, T], what: str, tell: Tell) -> Iterator[list[T]]:
    """The rows, some at a time, telling how far they have come."""
    total, done = rows.count(), 0
    waiting = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        yield batch
        done += len(batch)
        if done == total or done % (20 * BATCH) == 0:
            tell(f"Checked {done} of {total} {what}.")
