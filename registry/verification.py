"""Whether the registry is whole: its chain, its numbers, and what came in against its checksums."""

import hashlib
import json
from collections.abc import Iterator

from django.core.files.storage import storages
from django.db.models import Count, Max, Min

from registry import chain
from registry.models import Case, Event, File, Intake, SeriesYear
from registry.services.receiving import record_digest


def faults() -> Iterator[str]:
    """A sentence for everything that is not as it was left."""
    yield from chain.faults()
    yield from _number_faults()
    yield from _intake_faults()
    yield from _case_faults()
    yield from _file_faults()
    yield from _disposal_faults()


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


def _intake_faults() -> Iterator[str]:
    for intake in Intake.objects.exclude(state=Intake.State.DISPOSED).iterator(chunk_size=500):
        if hashlib.sha256(bytes(intake.raw)).hexdigest() != intake.checksum:
            yield f"Arrival {intake.pk} of {intake.received_at:%Y-%m-%d %H:%M} is not as it came."


def _case_faults() -> Iterator[str]:
    """Each case against the event that registered it."""
    registered = Event.objects.filter(kind=Event.Kind.REGISTERED).select_related("payload", "intake", "case__series")
    seen = 0
    for event in registered.prefetch_related("case__records", "intake__files").iterator(chunk_size=500):
        seen += 1
        case, intake = event.case, event.intake
        if case is None or intake is None:
            yield f"Event {event.sequence} does not say what it registered."
            continue
        try:
            said = json.loads(bytes(event.payload.data))
        except (ValueError, Event.payload.RelatedObjectDoesNotExist):
            continue  # the chain has already told
        now = {
            "number": case.registration_number,
            "checksum": intake.checksum,
            "record": record_digest(case.records.all()[0]) if case.records.all() else "",
            "files": sorted(file.checksum for file in intake.files.all()),
        }
        yield from (f"{said['number']}: its {key} is not as registered." for key in now if now[key] != said.get(key))
    if seen != Case.objects.count():
        yield f"{seen} cases were registered according to the chain, but the registry holds {Case.objects.count()}."


def _file_faults() -> Iterator[str]:
    storage = storages["private"]
    for file in File.objects.filter(disposed_at=None).iterator(chunk_size=500):
        name = file.file.name or ""
        if not storage.exists(name):
            yield f"File {file.pk} ({file.original_name}) is missing."
            continue
        with storage.open(name) as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != file.checksum:
                yield f"File {file.pk} ({file.original_name}) is not as it came."


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
