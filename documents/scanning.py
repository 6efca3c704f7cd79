"""Virus scanning of documents by the worker, with the same ClamAV as the registry's files.

Until a version is found clean, the public gets the previous one (`DocumentVersionQuerySet.public`).
"""

import logging

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.models import Document, DocumentVersion, Scan
from documents.notifications import notify_of_virus
from files.scan_queue import FILES_A_ROUND, postpone_scan
from files.virus_scanner import ScanError, TooLargeError, find_virus
from jobs.backoff import find_due
from jobs.failures import is_database_away
from jobs.locks import Lock, try_advisory_lock
from jobs.rows import RoundOverError, do_rows

SECONDS_AT_MOST = 180.0
"""For one file, which may be 200 MB."""
logger = logging.getLogger(__name__)


def scan_due_files() -> int:
    """Scan the files that are due, also those from before scanning was set up. Return how many."""
    if not settings.CLAMD_URL:
        return 0
    DocumentVersion.objects.filter(scan=Scan.UNCHECKED).update(scan=Scan.PENDING, scan_due_at=timezone.now())
    return do_rows(_due().order_by("scan_due_at", "pk"), _scan, at_most=FILES_A_ROUND)


def find_pending_versions() -> QuerySet[DocumentVersion]:
    """Return the versions whose files are to be checked, now or later."""
    return DocumentVersion.objects.filter(scan=Scan.PENDING)


def _due() -> QuerySet[DocumentVersion]:
    return find_pending_versions().filter(find_due("scan_attempts", "scan_due_at"))


def _scan(pk: int) -> bool:
    with try_advisory_lock(Lock.VERSION_SCAN, pk) as is_held:
        version = _due().filter(pk=pk).first() if is_held else None
        if version is None:
            return False
        with translation.override(settings.LANGUAGE_CODE):
            _scan_version(version)
    return True


def _scan_version(version: DocumentVersion) -> None:
    try:
        with version.file.open("rb") as stream:
            signature = find_virus(stream, settings.CLAMD_URL, SECONDS_AT_MOST)
    except TooLargeError as error:  # clamd works, and the next file may be smaller
        logger.warning("Version %s is larger than clamd takes: %s", version.pk, error)
        postpone_scan(version, _("the file is larger than ClamAV is set up to take (StreamMaxLength)"))
    except Exception as error:
        if is_database_away(error):
            raise
        logger.warning("Version %s could not be checked: %s", version.pk, error)
        postpone_scan(version, f"{type(error).__name__}: {error}" if not isinstance(error, ScanError) else str(error))
        raise RoundOverError from error
    else:
        _settle(version, signature)


@transaction.atomic
def _settle(version: DocumentVersion, signature: str) -> None:
    Document.objects.select_for_update().filter(
        versions=version.pk
    ).first()  # the document is always locked before its versions
    versions = DocumentVersion.objects.select_for_update(of=("self",)).select_related("document__responsible")
    now = versions.filter(pk=version.pk).first()
    if now is None:  # removed meanwhile
        return
    now.scan = Scan.INFECTED if signature else Scan.CLEAN
    now.scan_note = signature[:300]
    now.save(update_fields=["scan", "scan_note"])
    if signature:
        notify_of_virus(now)
