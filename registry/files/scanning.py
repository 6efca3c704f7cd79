"""Virus scanning in the worker, so that registration never waits or fails for it.

Our own checks look into archives; ClamAV, if there is one, scans for viruses by its own protocol (clamd(8), INSTREAM):
the command, ended by a null byte; chunks, each after its length in four bytes of network order; a length of zero; and
an answer that ends in a null byte.
"""

import logging
import socket
import struct
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import IO, NamedTuple, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from files import archives
from jobs.backoff import Backoff
from registry import chain
from registry.models import Case, Event, File, Intake
from registry.services import STAFF_LANGUAGE

CHUNK = 64 * 1024
SECONDS_TO_ANSWER = 5.0
"""For the ping: no file is sent to a clamd that does not answer it."""
SECONDS_AT_MOST = 60.0
"""For the whole conversation about a file."""
FILES_A_ROUND = 20
SECONDS_A_ROUND = 20.0
"""Limits after which no new scan begins, so that mail does not wait behind many files."""
BACKOFF = Backoff(timedelta(seconds=15))
ANSWER_AT_MOST = 4096
LARGEST_SMALLINT = 32767
logger = logging.getLogger(__name__)


class ScanError(Exception):
    """The file could not be scanned and has to wait."""


class TooLargeError(ScanError):
    """The file is larger than clamd is configured to take. It has to wait too."""


class Waiting(Protocol):
    """The columns of a file that waits to be scanned, in whichever model."""

    pk: int
    scan_attempts: int
    scan_due_at: datetime
    scan_note: str

    def save(self, *, update_fields: list[str]) -> None:
        """Save the named columns."""


class Verdict(NamedTuple):
    """The result of a scan: no signature means that nothing was found."""

    signature: str = ""


def scan_stream(stream: IO[bytes], url: str, seconds: float | None = None) -> Verdict:
    """Let clamd scan the stream. Raise `ScanError` if it is unreachable or does not answer in time."""
    try:
        with _connect(url) as connection:
            connection.sendall(b"zPING\0")
            _answer(connection, time.monotonic() + SECONDS_TO_ANSWER)
        with _connect(url) as connection:
            deadline = time.monotonic() + (seconds or SECONDS_AT_MOST)
            _stream(connection, stream, deadline)
            answer = _answer(connection, deadline)
    except (OSError, ValueError) as error:
        raise ScanError(f"{type(error).__name__}: {error}") from error
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if "size limit exceeded" in answer:
        raise TooLargeError(answer)
    raise ScanError(answer or "clamd closed the connection without an answer")


def scan_due_files() -> int:
    """Scan due files, each in a transaction of its own. Return how many were tried.

    The first failure ends the round: the next file would hang as long.
    """
    if settings.CLAMD_URL:
        _queue_unchecked()
    return run_round(_scan_next)


def run_round(scan_next: Callable[[], "Outcome"]) -> int:
    """Scan files until the round is over. Return how many were tried."""
    deadline, tried = time.monotonic() + SECONDS_A_ROUND, 0
    while tried < FILES_A_ROUND and time.monotonic() < deadline:
        outcome = scan_next()
        tried += outcome != Outcome.NOTHING_DUE
        if outcome != Outcome.CHECKED:
            break
    return tried


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


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS_TO_ANSWER)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    if parts.scheme != "tcp" or not parts.hostname or not parts.port:
        raise ValueError("CLAMD_URL is neither tcp://host:port nor unix:///path")
    return socket.create_connection((parts.hostname, parts.port), timeout=SECONDS_TO_ANSWER)


def _stream(connection: socket.socket, stream: IO[bytes], deadline: float) -> None:
    """Send the file. If clamd stops listening, its answer says why."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            _send(connection, struct.pack("!I", len(chunk)) + chunk, deadline)
        _send(connection, struct.pack("!I", 0), deadline)
    except (BrokenPipeError, ConnectionResetError):
        return


def _send(connection: socket.socket, content: bytes, deadline: float) -> None:
    _hurry(connection, deadline)
    connection.sendall(content)


def _hurry(connection: socket.socket, deadline: float) -> None:
    """Set the timeout of the next step to the time left. Raise `TimeoutError` if there is none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("clamd did not answer in time")
    connection.settimeout(left)


def _answer(connection: socket.socket, deadline: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_AT_MOST:
        _hurry(connection, deadline)
        part = connection.recv(ANSWER_AT_MOST)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()


@transaction.atomic
def _queue_unchecked() -> None:
    """Queue files that arrived while no virus scanner was configured."""
    File.objects.filter(scan=File.Scan.UNCHECKED, disposed_at=None).update(
        scan=File.Scan.PENDING, scan_due_at=timezone.now()
    )
    chain.state_changes("files: to be checked")


class Outcome(Enum):
    CHECKED = auto()
    POSTPONED = auto()
    NOTHING_DUE = auto()


@transaction.atomic
def _scan_next() -> Outcome:
    due = File.objects.filter(scan=File.Scan.PENDING, scan_due_at__lte=timezone.now(), disposed_at=None)
    file = due.order_by("scan_due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if file is None:
        return Outcome.NOTHING_DUE
    with translation.override(STAFF_LANGUAGE):
        try:
            with file.file.open("rb") as stream:
                found = scan_stream(stream, settings.CLAMD_URL).signature if settings.CLAMD_URL else ""
                signature = found or _suspicion(file, stream)
        except (ScanError, OSError) as error:
            logger.warning("File %s could not be checked: %s", file.pk, error)
            postpone_scan(file, str(error))
            chain.state_changes("file: not checked", case=_belongs_to(file)[1])
            return Outcome.POSTPONED
        _settle(file, signature)
    return Outcome.CHECKED


def _suspicion(file: File, stream: IO[bytes]) -> str:
    """Return why our own check refuses the file, such as a broken archive or a zip bomb."""
    stream.seek(0)
    fault = archives.find_fault(stream, file.content_type)
    return _("suspicious: %(fault)s") % {"fault": fault} if fault else ""


def postpone_scan(file: Waiting, error: str) -> None:
    """Schedule the next attempt after twice the last wait."""
    file.scan_attempts = min(file.scan_attempts + 1, LARGEST_SMALLINT)
    file.scan_due_at = BACKOFF.find_next_attempt(file.scan_attempts)
    file.scan_note = (_("could not be checked: %(error)s") % {"error": error})[:300]
    file.save(update_fields=["scan_attempts", "scan_due_at", "scan_note"])


def _settle(file: File, signature: str) -> None:
    sound = File.Scan.CLEAN if settings.CLAMD_URL else File.Scan.UNCHECKED
    file.scan = File.Scan.INFECTED if signature else sound
    file.scan_note = signature[:300]
    file.scanned_at = timezone.now()
    file.save(update_fields=["scan", "scan_note", "scanned_at"])
    intake, case = _belongs_to(file)
    if not signature:
        chain.state_changes("file: checked", case=case)
    else:
        chain.append_event(
            Event.Kind.FILE_SCANNED,
            case=case,
            intake=intake,
            file=file.checksum,
            name=file.original_name,
            result=file.scan_note,
        )


def _belongs_to(file: File) -> tuple[Intake | None, Case | None]:
    if file.record is not None:
        return None, file.record.case
    intake = file.intake
    return intake, intake.record.case if intake is not None and hasattr(intake, "record") else None
