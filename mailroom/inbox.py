"""Fetching mail over IMAP: every mail is stored, byte for byte, and committed before it is flagged as read.

A process that dies between commit and flag loses nothing: the position in the mailbox is in the same commit as the
mail, and the next reading sets the missing flags.
"""

import hashlib
import imaplib
import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.parser import BytesHeaderParser
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from jobs import clock
from jobs.backoff import Backoff
from jobs.failures import is_database_away
from jobs.locks import Lock, try_advisory_lock
from language.characters import normalize_text
from mailroom import journal
from mailroom.models import IncomingMail, MailboxReading, UnfetchedMail
from mailroom.server_faults import explain_fault

SECONDS_BETWEEN_READINGS = 60.0
SECONDS_AFTER_FAULT_AT_MOST = 900.0
MAILS_AT_A_TIME = 50
"""A limit, so that a full mailbox does not keep the worker from sending."""
FETCHED_AGAIN_AT_A_TIME = 5
BACKOFF = Backoff(timedelta(minutes=1), longest=timedelta(days=1))
FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """The address of the mailbox: `imaps://user:password@host:993/INBOX`."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_encrypted: bool

    @classmethod
    def parse(cls, url: str) -> "Address":
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname:
            raise ValueError("INBOX_URL is imaps://user:password@host:993/INBOX")
        encrypted = parts.scheme == "imaps"
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if encrypted else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_encrypted=encrypted,
        )

    def __str__(self) -> str:
        """Return the mailbox without the password."""
        return f"{self.user}@{self.host}/{self.folder}"[:200]


@dataclass
class _Pace:
    """When this process reads next: every minute, and less often while it fails."""

    next_at: float = 0.0
    faults: int = 0

    def is_due(self) -> bool:
        return time.monotonic() >= self.next_at

    def keep(self, *, failed: bool) -> None:
        self.faults = self.faults + 1 if failed else 0
        wait = SECONDS_BETWEEN_READINGS * 2 ** min(self.faults, 8) if failed else SECONDS_BETWEEN_READINGS
        self.next_at = time.monotonic() + min(wait, SECONDS_AFTER_FAULT_AT_MOST)


_pace = _Pace()


def read_due_mailbox() -> int:
    """Read the mailbox if it is due, as a round of the worker. Return how many mails were stored."""
    if not settings.INBOX_URL or not _pace.is_due():
        return 0
    stored = read_mailbox()
    _pace.keep(failed=stored is None)
    if stored == MAILS_AT_A_TIME:
        _pace.next_at = 0.0
    return stored or 0


def read_mailbox() -> int | None:
    """Read the mailbox once and return how many mails were stored. A fault is saved and gives None."""
    try:
        address = Address.parse(settings.INBOX_URL)
    except ValueError as error:
        logger.warning("The mailbox cannot be read: %s", error)
        return None
    reading, _is_new = MailboxReading.objects.get_or_create(mailbox=str(address))
    try:
        with try_advisory_lock(Lock.MAILBOX, reading.pk) as is_ours:
            stored = sum(1 for _mail in fetch_mails(address, MAILS_AT_A_TIME)) if is_ours else 0
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - a server may answer anything, and must not stop the worker
        logger.warning("Mailbox %s could not be read: %s", address, error)
        MailboxReading.objects.filter(pk=reading.pk).update(fault=explain_fault(error))
        return None
    MailboxReading.objects.filter(pk=reading.pk).update(fault="", read_at=timezone.now())
    return stored


def fetch_mails(address: Address, at_most: int) -> Iterator[IncomingMail]:
    """Store and yield new mail, each in a transaction of its own. Raise one of `FAULTS`.

    A mail that the server does not deliver, or that cannot be stored, is noted and fetched again later. It does not
    block those after it.
    """
    with _opened(address) as mailbox:
        validity = int(mailbox.folder.status(address.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        reading = _reading(str(address), validity)
        _flag(mailbox, _read_but_not_flagged(mailbox, reading))
        new = sorted(uid for uid in _uids(mailbox, f"UID {reading.last_uid + 1}:*") if uid > reading.last_uid)
        for uid in [*new[:at_most], *_to_fetch_again(reading)]:
            try:
                mail = _take(mailbox, reading, uid)
            except Exception as error:
                if is_database_away(error):
                    raise
                _note_unfetched(reading, uid, error)
                if isinstance(error, OSError | imaplib.IMAP4.abort):
                    raise  # the connection is lost; the next reading begins after this mail
                continue
            _flag(mailbox, [uid])
            if mail:
                yield mail


def _take(mailbox: BaseMailBox, reading: MailboxReading, uid: int) -> IncomingMail | None:
    raw = _fetch(mailbox, uid)
    if raw is None:
        _forget(reading, uid)
        return None
    return _store(reading, uid, raw)


def _read_but_not_flagged(mailbox: BaseMailBox, reading: MailboxReading) -> list[int]:
    """Return mail stored by a process that died before it set the flag."""
    unfetched = set(reading.unfetched.values_list("uid", flat=True))
    unseen = _uids(mailbox, f"UID 1:{reading.last_uid} UNSEEN")
    return [uid for uid in unseen if uid <= reading.last_uid and uid not in unfetched]


def _to_fetch_again(reading: MailboxReading) -> list[int]:
    """Return mail that could not be fetched and is due again, longest waiting first."""
    due = reading.unfetched.filter(due_at__lte=timezone.now()).order_by("due_at")
    return list(due.values_list("uid", flat=True)[:FETCHED_AGAIN_AT_A_TIME])


@transaction.atomic
def _note_unfetched(reading: MailboxReading, uid: int, error: BaseException) -> None:
    """Skip the mail, but fetch it again: after a minute, then twice as long each time, at most a day."""
    locked = MailboxReading.objects.select_for_update().get(pk=reading.pk)
    if locked.uid_validity != reading.uid_validity:
        return
    noted = locked.unfetched.filter(uid=uid).first() or UnfetchedMail(reading=locked, uid=uid, attempts=0)
    unforeseen = None if isinstance(error, FAULTS) else error
    logger.warning("Mail %s of %s could not be fetched: %s", uid, reading, error, exc_info=unforeseen)
    noted.attempts += 1
    noted.due_at = BACKOFF.find_next_attempt(noted.attempts)
    noted.fault = normalize_text(f"{type(error).__name__}: {error}")[:1000]
    noted.save()
    if locked.last_uid < uid:
        locked.last_uid = uid
        locked.save(update_fields=["last_uid"])


def _forget(reading: MailboxReading, uid: int) -> None:
    """Stop asking for a mail that is no longer in the mailbox."""
    reading.unfetched.filter(uid=uid).delete()


@contextmanager
def _opened(address: Address) -> Iterator[BaseMailBox]:
    """Log in to the mailbox, and always close the connection."""
    mailbox: BaseMailBox
    if address.is_encrypted:
        mailbox = MailBox(
            address.host, address.port, timeout=settings.INBOX_TIMEOUT, ssl_context=ssl.create_default_context()
        )
    else:
        mailbox = MailBoxUnencrypted(address.host, address.port, timeout=settings.INBOX_TIMEOUT)
    try:
        mailbox.login(address.user, address.password, initial_folder=address.folder)
        yield mailbox
        with suppress(*FAULTS):
            mailbox.logout()
    finally:
        with suppress(OSError):
            mailbox.client.shutdown()


@transaction.atomic
def _reading(mailbox: str, validity: int) -> MailboxReading:
    """Return how far the mailbox has been read, from the start if UIDVALIDITY is new (RFC 9051, 2.3.1.1)."""
    MailboxReading.objects.get_or_create(mailbox=mailbox)
    reading = MailboxReading.objects.select_for_update().get(mailbox=mailbox)
    if reading.uid_validity != validity:
        reading.unfetched.all().delete()
        reading.uid_validity, reading.last_uid = validity, 0
        reading.save(update_fields=["uid_validity", "last_uid"])
    return reading


def _uids(mailbox: BaseMailBox, criteria: str) -> list[int]:
    return [] if criteria.startswith("UID 1:0 ") else [int(uid) for uid in mailbox.uids(criteria)]


def _fetch(mailbox: BaseMailBox, uid: int) -> bytes | None:
    """Return the mail's bytes, leaving it unread on the server; None if it has been removed."""
    status, answer = mailbox.client.uid("fetch", str(uid), "(BODY.PEEK[])")
    if status != "OK":
        said = b" ".join(part for part in answer if isinstance(part, bytes)).decode(errors="replace")
        raise imaplib.IMAP4.error(f"FETCH {uid}: {status} {said}")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _flag(mailbox: BaseMailBox, uids: list[int]) -> None:
    if uids:
        mailbox.flag([str(uid) for uid in uids], [MailMessageFlags.SEEN], value=True)


@transaction.atomic
def _store(reading: MailboxReading, uid: int, raw: bytes) -> IncomingMail | None:
    """Store a mail and the new position in one commit; return None if another process was first."""
    locked = MailboxReading.objects.select_for_update().get(pk=reading.pk)
    if locked.uid_validity != reading.uid_validity:
        return None
    was_unfetched, _deleted = locked.unfetched.filter(uid=uid).delete()
    if locked.last_uid >= uid and not was_unfetched:
        return None
    digest = hashlib.sha256(raw).hexdigest()
    is_known = IncomingMail.objects.filter(mailbox=reading.mailbox, checksum=digest).exists()
    mail = IncomingMail.objects.create(
        mailbox=reading.mailbox,
        uid_validity=reading.uid_validity,
        uid=uid,
        message_id=find_message_id(raw),
        raw=raw,
        checksum=digest,
        size=len(raw),
        received_at=clock.read_time(),
        state=IncomingMail.State.DUPLICATE if is_known else IncomingMail.State.FETCHED,
        due_at=timezone.now(),
    )
    locked.last_uid = max(locked.last_uid, uid)
    locked.save(update_fields=["last_uid"])
    journal.note_change([mail], "fetched")
    return mail


def find_message_id(raw: bytes) -> str:
    """Return the raw Message-ID, or an empty text; never raise."""
    try:
        value: Any = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)["Message-ID"]
    except Exception:  # noqa: BLE001 - the bytes can be anything, and must not stop the reading
        return ""
    return "".join(normalize_text(str(value or "")).split())[:255]
