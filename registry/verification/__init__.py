"""Verification of the registry: chain and its end, facts, numbers, files and day heads."""

from collections.abc import Iterator

from django.db.models import Count, Max, Min

from registry import chain, chain_end, day_heads
from registry.models import Case, DayHead, Event, File, Intake, SeriesYear
from registry.verification import contents, facts
from registry.verification.batches import Progress, ignore_progress
from registry.verification.stored_facts import begin_repeatable_read


def find_faults(progress: Progress = ignore_progress, *, read_files: bool = True) -> Iterator[str]:
    """Yield a sentence for every fault. `progress` is called with how far it has come.

    Reads a snapshot, so that arrivals meanwhile do not disturb it. The stored files can be left out.
    """
    with begin_repeatable_read():
        progress(f"Checking the chain of {Event.objects.count()} events …")
        yield from chain.find_faults()
        yield from chain_end.find_faults()
        progress(f"Checking the heads of {DayHead.objects.count()} days …")
        yield from day_heads.find_faults()
        progress("Checking the number series …")
        yield from _number_faults()
        yield from facts.find_faults(progress)
        yield from _disposal_faults()
        yield from contents.find_faults(progress, read_files=read_files)


def _number_faults() -> Iterator[str]:
    """Check that every number from 1 to the last is used exactly once."""
    spans = {
        (row["series"], row["year"]): row
        for row in Case.objects.order_by()
        .values("series", "year")
        .annotate(lowest=Min("number"), highest=Max("number"), count=Count("pk"))
    }
    for year in SeriesYear.objects.select_related("series"):
        span = spans.pop((year.series_id, year.year), {"lowest": None, "highest": 0, "count": 0})
        if (span["highest"], span["count"]) != (year.last_number, year.last_number) or not year.last_number:
            yield (
                f"The series {year} has come to {year.last_number}, but the registry holds {span['count']} "
                f"cases, the last of them {span['highest']}."
            )
    for series, number in spans:
        yield f"There are cases of {number} in series {series}, which was never counted up."


def _disposal_faults() -> Iterator[str]:
    """Yield a sentence for what is marked as disposed of without a decision in the chain."""
    lawful_cases, lawful_intakes = chain.find_disposed()
    cases = Case.objects.filter(status=Case.Status.DISPOSED).exclude(pk__in=[*lawful_cases])
    for case in cases.select_related("series"):
        yield f"{case} is marked as disposed of, but nobody has decided that."
    for intake in Intake.objects.filter(state=Intake.State.DISPOSED).exclude(pk__in=[*lawful_intakes]):
        yield f"Arrival {intake.pk} of {intake.received_at:%Y-%m-%d %H:%M} was emptied, but nobody has decided that."
    files = File.objects.exclude(disposed_at=None)
    for file in files.exclude(record__case__in=[*lawful_cases]).exclude(intake__in=[*lawful_intakes]):
        yield f"File {file.pk} is marked as disposed of, but nobody has decided that."
