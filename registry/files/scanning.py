"""Files checked for viruses by ClamAV, away from the request: registration never waits for it and never fails for it.

Speaks clamd's own protocol (clamd(8), INSTREAM): the command, ended by a null byte; chunks, each after its length in
four bytes of network order; a length of zero; and an answer that ends in a null byte.
"""

import logging
import socket
import struct
from datetime import timedelta
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from registry import chain
from registry.files import archives
from registry.models import Case, Event, File, Intake
from registry.services import STAFF_LANGUAGE

CHUNK = 64 * 1024
SECONDS_AT_MOST = 30.0
"""For each step of the conversation."""
FILES_A_ROUND = 20
"""So that mail does not wait behind a heap of files."""
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
ANSWER_AT_MOST = 4096
LARGEST_SMALLINT = 32767
logger = logging.getLogger(__name__)


class ScanError(Exception):
    """The file could not be checked. It waits."""


class Verdict(NamedTuple):
    """What the check said of a file; without a signature nothing was found."""

    signature: str = ""


def scan(stream: IO[bytes], url: str) -> Verdict:
    """Let clamd check what the stream holds. Raises `ScanError` where it is not there or does not answer."""
    try:
        with _connect(url) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except (OSError, ValueError) as error:
        raise ScanError(f"{type(error).__name__}: {error}") from error
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ScanError(answer or "clamd closed the connection without an answer")


def scan_due() -> int:
    """Check the files whose time has come, each in a transaction of its own. Returns how many were tried."""
    if not settings.CLAMD_URL:
        return 0
    _queue_unchecked()
    tried = 0
    while tried < FILES_A_ROUND and _scan_next():
        tried += 1
    return tried


def waiting_files() -> QuerySet[File]:
    """What could not be checked so far, the oldest first: staff can not open it yet."""
    return _with_case().filter(scan=File.Scan.PENDING, scan_attempts__gt=0).order_by("pk")


def infected_files() -> QuerySet[File]:
    """What is kept as evidence and never given out, the newest first."""
    return _with_case().filter(scan=File.Scan.INFECTED).order_by("-pk")


def _with_case() -> QuerySet[File]:
    return File.objects.filter(disposed_at=None).select_related("record__case__series", "intake__record__case__series")


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS_AT_MOST)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise ValueError("CLAMD_URL is neither tcp://host:port nor unix:///path")
    return socket.create_connection((parts.hostname, parts.port), timeout=SECONDS_AT_MOST)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_AT_MOST:
        part = connection.recv(ANSWER_AT_MOST)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _queue_unchecked() -> None:
    """What came while no virus check was set up is checked too, now that there is one."""
    File.objects.filter(scan=File.Scan.UNCHECKED, disposed_at=None).update(
        scan=File.Scan.PENDING, scan_due_at=timezone.now()
    )


@transaction.atomic
def _scan_next() -> bool:
    due = File.objects.filter(scan=File.Scan.PENDING, scan_due_at__lte=timezone.now(), disposed_at=None)
    file = due.order_by("scan_due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if file is None:
        return False
    with translation.override(STAFF_LANGUAGE):
        try:
            with file.file.open("rb") as stream:
                signature = scan(stream, settings.CLAMD_URL).signature or _suspicion(file, stream)
        except (ScanError, OSError) as error:
            logger.warning("File %s could not be checked: %s", file.pk, error)
            _postpone(file, str(error))
        else:
            _settle(file, signature)
    return True


def _suspicion(file: File, stream: IO[bytes]) -> str:
    """What clamd lets through and we do not: archives that are broken or swell."""
    stream.seek(0)
    fault = archives.fault(stream, file.content_type)
    return _("suspicious: %(fault)s") % {"fault": fault} if fault else ""


def _postpone(file: File, error: str) -> None:
    """Wait twice as long after every attempt."""
    delay = min(FIRST_DELAY * 2 ** min(file.scan_attempts, 10), LONGEST_DELAY)
    file.scan_attempts = min(file.scan_attempts + 1, LARGEST_SMALLINT)
    file.scan_due_at = timezone.now() + delay
    file.scan_note = (_("could not be checked: %(error)s") % {"error": error})[:300]
    file.save(update_fields=["scan_attempts", "scan_due_at", "scan_note"])


def _settle(file: File, signature: str) -> None:
    file.scan = File.Scan.INFECTED if signature else File.Scan.CLEAN
    file.scan_note = signature[:300]
    file.scanned_at = timezone.now()
    file.save(update_fields=["scan", "scan_note", "scanned_at"])
    if signature:
        intake, case = _belongs_to(file)
        chain.append(Event.Kind.FILE_SCANNED, case=case, intake=intake, file=file.checksum, result=file.scan_note)


def _belongs_to(file: File) -> tuple[Intake | None, Case | None]:
    if file.record is not None:
        return None, file.record.case
    intake = file.intake
    return intake, intake.record.case if intake is not None and hasattr(intake, "record") else None
