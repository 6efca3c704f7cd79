"""Virus scanning in the worker, so that registration never waits or fails for it.

Our own checks look into archives; ClamAV, if there is one, scans for viruses.
"""

import logging
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files import archives
from files.scan_queue import FILES_A_ROUND, postpone_scan
from files.virus_scanner import ScanError, find_virus
from jobs.backoff import find_due
from jobs.rows import RoundOverError, do_rows
from registry import chain
from registry.models import Event, File, Intake

logger = logging.getLogger(__name__)


def scan_due_files() -> int:
    """Scan due files, each in a transaction of its own. Return how many were tried.

    The first failure ends the round: the next file would hang as long.
    """
    if settings.CLAMD_URL:
        _queue_unchecked()
    return do_rows(_due().order_by("scan_due_at", "pk"), _scan, at_most=FILES_A_ROUND)


def hold_archives(intake: Intake) -> None:
    """Block an arrival's archives until they have been checked, even without a virus scanner."""
    packed = [file.pk for file in intake.files.all() if archives.is_archive(file.content_type)]
    File.objects.filter(pk__in=packed).update(scan=File.Scan.PENDING)


def find_waiting_files() -> QuerySet[File]:
    """Return files that could not be scanned so far, oldest first. Staff cannot open them yet."""
    return _with_case().filter(scan=File.Scan.PENDING, scan_attempts__gt=0).order_by("pk")


def find_infected_files() -> QuerySet[File]:
    """Return infected files, newest first. They are kept as evidence and cannot be downloaded."""
    return _with_case().filter(scan=File.Scan.INFECTED).order_by("-pk")


def _with_case() -> QuerySet[File]:
    return File.objects.filter(disposed_at=None).select_related("record__case__series", "intake__record__case__series")


@transaction.atomic
def _queue_unchecked() -> None:
    """Queue files that arrived while no virus scanner was configured."""
    File.objects.filter(scan=File.Scan.UNCHECKED, disposed_at=None).update(
        scan=File.Scan.PENDING, scan_due_at=timezone.now()
    )
    chain.state_changes("files: to be checked")


def find_pending_files() -> QuerySet[File]:
    """Return the files that are to be checked, now or later."""
    return File.objects.filter(scan=File.Scan.PENDING, disposed_at=None)


def _due() -> QuerySet[File]:
    return find_pending_files().filter(find_due("scan_attempts", "scan_due_at"))


def _scan(pk: int) -> bool:
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        file = _due().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        if file is None:
            return False
        try:
            with file.file.open("rb") as stream:
                found = find_virus(stream, settings.CLAMD_URL) if settings.CLAMD_URL else ""
                signature = found or _suspicion(file, stream)
        except (ScanError, OSError) as error:
            logger.warning("File %s could not be checked: %s", file.pk, error)
            postpone_scan(file, str(error))
            chain.state_changes("file: not checked", case=file.case)
        else:
            _settle(file, signature)
            return True
    raise RoundOverError


def _suspicion(file: File, stream: IO[bytes]) -> str:
    """Return why our own check refuses the file, such as a broken archive or a zip bomb."""
    stream.seek(0)
    fault = archives.find_fault(stream, file.content_type)
    return _("suspicious: %(fault)s") % {"fault": fault} if fault else ""


def _settle(file: File, signature: str) -> None:
    sound = File.Scan.CLEAN if settings.CLAMD_URL else File.Scan.UNCHECKED
    file.scan = File.Scan.INFECTED if signature else sound
    file.scan_note = signature[:300]
    file.scanned_at = timezone.now()
    file.save(update_fields=["scan", "scan_note", "scanned_at"])
    if not signature:
        chain.state_changes("file: checked", case=file.case)
    else:
        chain.append_event(
            Event.Kind.FILE_SCANNED,
            case=file.case,
            intake=file.intake,
            file=file.checksum,
            name=file.original_name,
            result=file.scan_note,
        )
