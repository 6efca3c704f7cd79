"""Arrivals, mail not yet taken over and files, compared with their checksums."""

import hashlib
from collections.abc import Iterator

from django.core.files.storage import storages
from django.db.models import Func, IntegerField, QuerySet

from mailroom.models import IncomingMail
from registry.models import AnswerFile, File, Intake
from registry.services import mail_disposal
from registry.verification.batches import BATCH, Progress, read_batches

LARGE = 2**14
"""Bytes of an arrival. Larger ones, such as mail with files, are read one at a time, since they may have megabytes."""


class OctetLength(Func):
    function = "octet_length"
    output_field = IntegerField()


def find_faults(progress: Progress, *, read_files: bool) -> Iterator[str]:
    """Yield a sentence for everything whose bytes are not as they came."""
    yield from _intake_faults(progress)
    yield from _mail_faults()
    if read_files:
        yield from _file_faults(progress)
    yield from _removal_faults()
    yield from mail_disposal.find_faults()


def _intake_faults(progress: Progress) -> Iterator[str]:
    kept = Intake.objects.exclude(state=Intake.State.DISPOSED).annotate(bytes=OctetLength("raw")).order_by("pk")
    yield from _altered_arrivals(kept.filter(bytes__lt=LARGE), "arrivals", progress, BATCH)
    yield from _altered_arrivals(kept.filter(bytes__gte=LARGE), "large arrivals", progress, 1)
    emptied = Intake.objects.filter(state=Intake.State.DISPOSED).exclude(raw=b"")
    yield from (f"Arrival {pk} was disposed of, but holds something." for pk in emptied.values_list("pk", flat=True))


def _altered_arrivals(kept: QuerySet[Intake], what: str, progress: Progress, at_once: int) -> Iterator[str]:
    rows = kept.values_list("pk", "received_at", "raw", "checksum")
    for batch in read_batches(rows, what, progress, at_once):
        for pk, received_at, raw, checksum in batch:
            if hashlib.sha256(bytes(raw)).hexdigest() != checksum:
                yield f"Arrival {pk} of {received_at:%Y-%m-%d %H:%M} is not as it came."


def _mail_faults() -> Iterator[str]:
    """Check mail not yet taken over; the rest has no bytes, or is checked by `mail_disposal`."""
    waiting = IncomingMail.objects.filter(state=IncomingMail.State.FETCHED).order_by("pk")
    for mail in waiting.iterator(chunk_size=1):  # one may be large
        if hashlib.sha256(bytes(mail.raw)).hexdigest() != mail.checksum:
            yield f"Mail {mail.pk} of {mail.received_at:%Y-%m-%d %H:%M} is not as it came."
    taken = IncomingMail.objects.filter(state=IncomingMail.State.TAKEN).exclude(raw=b"")
    yield from (f"Mail {pk} was taken over, but holds something." for pk in taken.values_list("pk", flat=True))


def _file_faults(progress: Progress) -> Iterator[str]:
    kept = File.objects.filter(disposed_at=None).order_by("pk")
    for batch in read_batches(kept.values_list("pk", "original_name", "file", "checksum"), "files", progress):
        for pk, name, path, checksum in batch:
            yield from _stored_fault(f"File {pk} ({name})", path, checksum)
    for pk, name, path, checksum in AnswerFile.objects.order_by("pk").values_list(
        "pk", "original_name", "file", "checksum"
    ):
        yield from _stored_fault(f"File {pk} ({name}) of an answer", path, checksum)


def _removal_faults() -> Iterator[str]:
    removed = File.objects.exclude(removed_at=None)
    yield from (
        f"File {pk} is said to be removed, but was not disposed of."
        for pk in removed.filter(disposed_at=None).values_list("pk", flat=True)
    )


def _stored_fault(what: str, path: str, checksum: str) -> Iterator[str]:
    storage = storages["private"]
    if not storage.exists(path):
        yield f"{what} is missing."
        return
    with storage.open(path) as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != checksum:
            yield f"{what} is not as it came."
