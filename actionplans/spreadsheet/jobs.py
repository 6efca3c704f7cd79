"""An uploaded file from upload to import: stored, previewed, confirmed, imported, and removed after a day.

Small files are handled in the request, larger ones by the worker. The worker's progress is written over a second
connection, since its own work is visible only when all of it is committed.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import IO

from django.contrib.auth.models import User
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from actionplans.models import ActivityImport
from actionplans.spreadsheet import importer, preview
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.parser import Sheet, UnreadableFileError, parse_workbook
from files.private_storage import compute_checksum, delete_files, deleted_on_failure, store_file
from jobs.locks import Lock, try_advisory_lock
from jobs.rows import do_rows
from jobs.wake_up import notify_worker

SMALL = 150
"""Rows that are previewed or saved within two seconds."""
FEW_DRAFTS = 20
"""Changes of published activities that are kept as drafts in that time: a form is filled for each."""
ATTEMPTS = 3
State = ActivityImport.State
logger = logging.getLogger(__name__)


def accept_file(stream: IO[bytes], name: str, user: User, language: str) -> ActivityImport:
    """Store a file and preview it, now or by the worker. Raise `UnreadableFileError` if it cannot be read."""
    sheet = parse_workbook(stream, language)
    with deleted_on_failure() as stored, transaction.atomic():
        columns = store_file(stream, timezone.now(), stored)
        job = ActivityImport.objects.create(
            owner=user, original_name=name[-200:], language=language, total=sheet.total, **columns
        )
        is_small = job.total <= SMALL
        if not is_small:
            notify_worker()
    if is_small:
        _run(job)
    return job


def confirm_import(job: ActivityImport, saving: importer.Saving) -> None:
    """Import a previewed file, now or by the worker. A second call does nothing."""
    with transaction.atomic():
        held = ActivityImport.objects.select_for_update().get(pk=job.pk)
        report = preview.Report.from_json(held.report) if held.report else preview.Report()
        if held.state != State.TRIED or not report.can_be_saved:
            return
        held.state, held.done, held.attempts = State.SAVING, 0, 0
        held.manner, held.note_sv, held.note_en = saving
        held.save(update_fields=["state", "done", "attempts", "manner", "note_sv", "note_en"])
        many_drafts = saving.manner == ActivityImport.Manner.DRAFTS and report.published > FEW_DRAFTS
        is_small = held.total <= SMALL and not many_drafts
        if not is_small:
            notify_worker()
    if is_small:
        _run(held)


def run_due_imports() -> int:
    """Preview and import waiting files. Return how many."""
    return do_rows(ActivityImport.objects.filter(state__in=ActivityImport.WORKING).order_by("pk"), _run_due)


def _run_due(pk: int) -> bool:
    job = ActivityImport.objects.filter(pk=pk).first()
    return job is not None and _run(job)


def remove_old_imports() -> int:
    """Remove files older than a day. Return how many."""
    old = ActivityImport.objects.filter(created_at__lt=timezone.now() - ActivityImport.KEPT)
    return do_rows(old.order_by("pk"), _remove)


@transaction.atomic
def _remove(pk: int) -> bool:
    job = ActivityImport.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if job is None:
        return False
    name = job.file.name or ""
    job.delete()
    transaction.on_commit(lambda: delete_files([name]))
    return True


def _run(job: ActivityImport) -> bool:
    """Handle a waiting file, unless another process does."""
    with try_advisory_lock(Lock.ACTIVITY_IMPORT, job.pk) as is_ours:
        if not is_ours:
            return False
        if not ActivityImport.objects.filter(pk=job.pk, state__in=ActivityImport.WORKING).exists():
            return False  # another process was first
        job.refresh_from_db()
        if job.owner is None or not preview.may_import(job.owner):
            _fail(job, _("The person who uploaded the file can no longer change activities."))
            return True
        if job.attempts >= ATTEMPTS:
            _fail(job, _("The file could not be processed. Split it into smaller files and try again."))
            return True
        job.attempts += 1
        job.save(update_fields=["attempts"])
        with override(job.language):
            _handle(job, job.owner)
    return True


def _handle(job: ActivityImport, owner: User) -> None:
    try:
        with closing(job.file.open("rb")) as stream:
            if compute_checksum(stream) != job.checksum:
                _fail(job, _("The file has changed since it was uploaded. Upload it again."))
                return
            sheet = parse_workbook(stream, job.language)
        with _progress(job) as tell:
            (_save if job.state == State.SAVING else _try)(job, owner, sheet, tell)
    except (UnreadableFileError, OSError) as error:
        logger.warning("Import %s could not be read: %s", job.pk, error)
        _fail(
            job,
            str(error)
            if isinstance(error, UnreadableFileError)
            else _("The file is no longer available. Upload it again."),
        )


def _try(job: ActivityImport, owner: User, sheet: Sheet, tell: preview.Progress) -> None:
    report = preview.preview_rows(sheet, Choices(owner), owner, tell).report
    _finish(job, State.TRIED, report)


def _save(job: ActivityImport, owner: User, sheet: Sheet, tell: preview.Progress) -> None:
    """Import, and note that in the same transaction: after a crash the file is imported once or not at all."""
    with transaction.atomic():
        tried = preview.Report.from_json(job.report).fingerprint
        saving = importer.Saving(job.manner, job.note_sv, job.note_en)
        report, is_saved = importer.import_sheet(sheet, Choices(owner), owner, saving, tried=tried, tell=tell)
        job.has_changed = not is_saved
        _finish(job, State.SAVED if is_saved else State.TRIED, report)


def _finish(job: ActivityImport, state: str, report: preview.Report) -> None:
    job.state, job.report, job.done, job.attempts = state, report.as_json(), job.total, 0
    job.save(update_fields=["state", "report", "done", "attempts", "has_changed"])


def _fail(job: ActivityImport, why: str) -> None:
    job.state, job.fault = State.FAILED, why
    job.save(update_fields=["state", "fault"])


@contextmanager
def _progress(job: ActivityImport) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that stores the progress where others see it at once."""
    with ThreadPoolExecutor(1) as beside:  # a thread has a connection of its own

        def tell(done: int, total: int) -> None:
            jobs = ActivityImport.objects.filter(pk=job.pk)
            beside.submit(jobs.update, done=done, total=total).result()

        try:
            yield tell
        finally:
            beside.submit(connections.close_all).result()
