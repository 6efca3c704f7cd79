"""Text extraction from scanned files for the registrar's search, in a process without rights."""

import logging
import subprocess
import sys
import tempfile

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from files.archives import is_archive
from files.circuit_breaker import StorageAwayError
from files.scan_queue import READABLE
from language.characters import normalize_text
from registry import search
from registry.models import Case, File, FileText

SECONDS_AT_MOST = 30
FILES_A_ROUND = 10
logger = logging.getLogger(__name__)


class NoTextError(Exception):
    """Why a file gives no words, as a sentence for staff."""


def extract_due_texts() -> int:
    """Extract the text of files that have none yet, each in a transaction of its own. Return how many."""
    done = 0
    while done < FILES_A_ROUND and _extract_next():
        done += 1
    return done


@transaction.atomic
def _extract_next() -> bool:
    files = File.objects.filter(scan__in=READABLE, disposed_at=None, text=None)
    file = files.order_by("pk").select_for_update(skip_locked=True, of=("self",)).first()
    if file is None:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        try:
            text, fault = extract_text(file), ""
        except StorageAwayError as error:
            logger.warning("File %s waits to be read: %s", file.pk, error)
            return False
        except NoTextError as error:
            text, fault = "", str(error)[:200]
    FileText.objects.create(file=file, text=text, fault=fault)
    case = _case_of(file)
    if case is not None and text:
        search.index_case(case)
    return True


def extract_text(file: File) -> str:
    """Return the text of a file. Raise `NoTextError` if there is none, `StorageAwayError` to try later."""
    if not (file.content_type in ("application/pdf", "text/plain") or is_archive(file.content_type)):
        raise NoTextError(_("This type of file has no searchable text."))
    try:
        with file.file.open("rb") as stored, tempfile.TemporaryFile() as copy:
            for chunk in stored.chunks():
                copy.write(chunk)
            copy.seek(0)
            answer = _read_apart(copy.fileno(), file.content_type)
    except StorageAwayError:
        raise
    except OSError as error:
        logger.warning("File %s could not be read for its words: %s", file.pk, error)
        raise NoTextError(_("The file could not be fetched from the storage.")) from error
    except subprocess.TimeoutExpired as error:
        raise NoTextError(_("It took too long to read the file.")) from error
    if answer.returncode:
        raise NoTextError(_("The file is damaged, locked or too large to be read."))
    return normalize_text(answer.stdout.decode(errors="replace"))


def _read_apart(descriptor: int, content_type: str) -> subprocess.CompletedProcess[bytes]:
    """Read the file in a process that has no settings or passwords."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "registry.files.words", content_type],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={"LANG": "C.UTF-8"},
        timeout=SECONDS_AT_MOST,
        check=False,
    )


def _case_of(file: File) -> Case | None:
    if file.record is not None:
        return file.record.case
    return file.intake.record.case if file.intake is not None and hasattr(file.intake, "record") else None
