"""Text of scanned files for the registrar's search, hidden text too, read in the sandbox."""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from files.archives import is_archive
from files.circuit_breaker import StorageAwayError
from files.extraction.sandbox import Limits, open_on_disk, run_sandboxed
from files.media_types import PDF, TEXT
from files.scan_queue import READABLE
from jobs.rows import do_rows
from language.characters import normalize_text
from registry import search
from registry.models import File, FileText

FILES_A_ROUND = 10
LIMITS = Limits()
logger = logging.getLogger(__name__)


class NoTextError(Exception):
    """Why a file gives no words, as a sentence for staff."""


def extract_due_texts() -> int:
    """Extract the text of files that have none yet, each in a transaction of its own. Return how many."""
    files = File.objects.filter(scan__in=READABLE, disposed_at=None, text=None)
    return do_rows(files.order_by("pk"), _extract, at_most=FILES_A_ROUND)


@transaction.atomic
def _extract(pk: int) -> bool:
    files = File.objects.filter(scan__in=READABLE, disposed_at=None)
    file = files.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if file is None or FileText.objects.filter(file=file).exists():  # another worker was first
        return False
    with translation.override(settings.LANGUAGE_CODE):
        try:
            text, fault = extract_text(file), ""
        except NoTextError as error:
            text, fault = "", str(error)[:200]
    FileText.objects.create(file=file, text=text, fault=fault)
    case = file.case
    if case is not None and text:
        search.index_case(case)
    return True


def extract_text(file: File) -> str:
    """Return the text of a file. Raise `NoTextError` if there is none, `StorageAwayError` to try later."""
    if not (file.content_type in (PDF, TEXT) or is_archive(file.content_type)):
        raise NoTextError(_("This type of file has no searchable text."))
    try:
        with file.file.open("rb") as stored, open_on_disk(stored) as descriptor:
            answer = run_sandboxed(descriptor, "all_text", file.content_type, limits=LIMITS)
    except StorageAwayError:
        raise
    except OSError as error:
        logger.warning("File %s could not be read for its words: %s", file.pk, error)
        raise NoTextError(_("The file could not be fetched from the storage.")) from error
    if answer.ran_out and answer.seconds >= LIMITS.seconds:
        raise NoTextError(_("It took too long to read the file."))
    texts = [line.get("text") for line in answer.lines]
    if not answer.is_whole or None in texts:
        raise NoTextError(_("The file is damaged, locked or too large to be read."))
    return normalize_text("\n".join(map(str, texts)))
