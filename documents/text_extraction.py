"""The worker's job of extracting the text of each page, in batches that are saved one by one.

A worker that is killed loses one batch. The next continues after the last saved page.
"""

import logging
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.inspection import inspect_file
from documents.models import DocumentVersion, Fault, MediaType, Page, Reading
from files.extraction.facts import PAGES_AT_MOST, READER
from files.extraction.sandbox import MEBIBYTE, Answer, Limits, open_on_disk, run_sandboxed
from jobs.backoff import Backoff, find_due
from jobs.failures import is_database_away
from jobs.locks import Lock, try_advisory_lock
from jobs.rows import do_rows
from language.characters import normalize_text

PAGES_A_BATCH = 100
SECONDS_A_FILE = 20.0
"""So that other slow work gets its turn; the rest waits for the next round."""
LIMITS = Limits(seconds=25, memory=512 * MEBIBYTE, answer=16 * MEBIBYTE)
ATTEMPTS_TO_READ = 3
"""Batches of one file that may fail before we give it up."""
ATTEMPTS_TO_FETCH = 20
"""A storage may be away for hours."""
BACKOFF = Backoff(timedelta(seconds=30))
logger = logging.getLogger(__name__)


def read_due_files() -> int:
    """Read the files that are due, also those read by an earlier version of the extraction. Return how many."""
    DocumentVersion.objects.exclude(reading=Reading.PENDING).filter(read_with__lt=READER).update(
        reading=Reading.PENDING, reading_due_at=timezone.now(), reading_attempts=0
    )
    return do_rows(_due().order_by("reading_due_at", "pk"), _read)


def _due() -> QuerySet[DocumentVersion]:
    is_due = find_due("reading_attempts", "reading_due_at")
    return DocumentVersion.objects.sound().filter(is_due, reading=Reading.PENDING)


def _read(pk: int) -> bool:
    with try_advisory_lock(Lock.VERSION_TEXT, pk) as is_held, translation.override(settings.LANGUAGE_CODE):
        version = _due().filter(pk=pk).first() if is_held else None
        if version is None:
            return False
        _read_version(version)
    return True


def _read_version(version: DocumentVersion) -> None:
    deadline = time.monotonic() + SECONDS_A_FILE
    with ExitStack() as stack:
        try:
            file = stack.enter_context(version.file.open("rb"))
            descriptor = stack.enter_context(open_on_disk(file))
        except Exception as error:
            if is_database_away(error):
                raise
            logger.warning("Version %s could not be fetched: %s", version.pk, error)
            _keep(version, [], fault=_("The file could not be fetched from the storage."), attempts=ATTEMPTS_TO_FETCH)
            return
        if version.read_with < READER or Fault.NOT_INSPECTED in version.faults:
            _begin_anew(version, file)
        while _read_batch(version, descriptor) and time.monotonic() < deadline:
            pass


def update_facts(version: DocumentVersion) -> None:
    """Inspect a file that only an earlier version of the extraction has read; if it cannot be fetched, do nothing."""
    if version.read_with >= READER:
        return
    try:
        with version.file.open("rb") as file:
            _begin_anew(version, file)
    except Exception as error:
        if is_database_away(error):
            raise
        logger.warning("Version %s could not be fetched: %s", version.pk, error)


def _begin_anew(version: DocumentVersion, file: File) -> None:
    """Inspect a file that was added before files were inspected, or read by an earlier version of the extraction.

    The facts of one that would be refused now are kept. Its extracted text is deleted, since some of it may be hidden
    in the file; not that of a PDF, unless it has hidden content.
    """
    columns: dict[str, Any] = {"read_with": READER}
    try:
        columns = inspect_file(file).columns()
    except ValidationError as error:
        logger.warning("Version %s cannot be inspected: %s", version.pk, " ".join(error.messages))
    with transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(**columns)
        version.refresh_from_db(fields=columns)
        if version.media_type != MediaType.PDF or version.hidden_content:
            version.texts.all().delete()


def _read_batch(version: DocumentVersion, descriptor: int) -> bool:
    """Read some pages and save them. Return whether to go on at once."""
    last = version.texts.aggregate(last=Max("number"))["last"] or 0
    count = max(1, min(PAGES_A_BATCH, _most_pages(version) - last))
    answer = run_sandboxed(descriptor, "texts", version.media_type, str(last + 1), str(count), limits=LIMITS)
    pages = _pages(answer, last)
    reached = last + len(pages)
    if answer.is_whole and not _refused(answer):
        return _keep(version, pages, is_done=reached >= _total(version, answer) or not pages)
    fault = _fault(answer, reached + 1)
    return _keep(version, pages, fault=fault, attempts=0 if _refused(answer) else ATTEMPTS_TO_READ)


def _pages(answer: Answer, last: int) -> list[tuple[int, str]]:
    """Return the pages that were read, as far as they are consecutive."""
    pages: list[tuple[int, str]] = []
    for line in answer.lines:
        number, text = line.get("page"), line.get("text")
        if number == last + len(pages) + 1 and isinstance(text, str):
            pages.append((number, normalize_text(text)))
    return pages


def _total(version: DocumentVersion, answer: Answer) -> int:
    declared = next((line["of"] for line in answer.lines if isinstance(line.get("of"), int)), 0)
    return min(declared, _most_pages(version))


def _most_pages(version: DocumentVersion) -> int:
    """Return the most pages to read: of a PDF, which may claim any number later, as many as were counted first."""
    is_counted = version.media_type == MediaType.PDF and version.pages
    return min(version.pages or 0, PAGES_AT_MOST) if is_counted else PAGES_AT_MOST


def _refused(answer: Answer) -> bool:
    return any("refused" in line for line in answer.lines)


def _fault(answer: Answer, number: int) -> str:
    if answer.ran_out or {"refused": "too_heavy", "detail": ""} in answer.lines:
        return _(
            "Page %(page)d takes too much time or memory to read, so the text from there on cannot be searched. "
            "Print the file to a new PDF and add it as a new version."
        ) % {"page": number}
    return _(
        "Page %(page)d is damaged, so the text from there on cannot be searched. "
        "Print the file to a new PDF and add it as a new version."
    ) % {"page": number}


@transaction.atomic
def _keep(
    version: DocumentVersion, pages: list[tuple[int, str]], *, is_done: bool = False, fault: str = "", attempts: int = 0
) -> bool:
    """Save the pages and the file's state. Return whether to go on at once.

    With a fault the file waits, longer each time, until it has failed `attempts` times.
    """
    still = DocumentVersion.objects.sound().filter(pk=version.pk, reading=Reading.PENDING)
    now = still.select_for_update().first()
    if now is None:  # removed or withdrawn meanwhile
        return False
    Page.objects.bulk_create(Page(version=now, number=number, text=text) for number, text in pages)
    if not is_done and not fault:
        return True
    if is_done:
        now.reading, now.reading_note = Reading.DONE, ""
    else:
        now.reading_attempts += 1
        now.reading_note = fault[:300]
        if now.reading_attempts >= attempts:
            _give_up(now)
        elif not pages:
            now.reading_due_at = BACKOFF.find_next_attempt(now.reading_attempts)
    now.save(update_fields=["reading", "reading_note", "reading_attempts", "reading_due_at", "read_with"])
    return now.reading == Reading.PENDING and bool(pages)


def _give_up(version: DocumentVersion) -> None:
    """Stop reading. Text from an earlier version of the extraction is deleted: it may be hidden in the file."""
    version.reading = Reading.FAILED
    if version.read_with < READER:
        version.read_with = READER
        version.texts.all().delete()
