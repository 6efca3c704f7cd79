"""Intake of fetched mail: into its case, a new case, or to the registrar where it is uncertain."""

import logging
import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from files import archives
from files.media_types import detect_type
from files.private_storage import deleted_on_failure
from jobs.backoff import Backoff
from jobs.failures import is_away
from jobs.rows import do_rows
from mailroom.addresses import read_addresses
from mailroom.automatic import is_automatic, is_automatic_reply
from mailroom.headers import read_header, read_message_ids
from mailroom.mime_parser import Mail, parse_mail
from mailroom.models import IncomingMail
from registry import chain, mail_text, reply_address, search
from registry.days import day_bounds
from registry.files import scanning
from registry.models import Case, Dispatch, Event, Intake, Party
from registry.services import bounces, registration
from registry.services.case_acts import lock_case
from registry.services.notices import notify_staff
from registry.transitions import Status

ATTEMPTS_AT_MOST = 8
BACKOFF = Backoff(timedelta(seconds=30))
NUMBER = re.compile(r"\b([A-ZÅÄÖ]{2,10})[ -]?(\d{4})[/:-](\d{1,7})\b", re.IGNORECASE)
TAKES_RECORDS = (*Case.OPEN, Status.ANSWERED, Status.CLOSED)
SUGGESTIONS = 6
SECONDS_A_ROUND = 60.0
logger = logging.getLogger(__name__)


@dataclass
class Pointers:
    """The cases that a mail points at: surely (by our code or Message-ID), or by what anyone can write."""

    sure: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)


def take_due_mail() -> int:
    """Take over fetched mail, as a round of the worker. Return how many were tried."""
    return do_rows(_due().order_by("due_at", "pk"), _take, seconds=SECONDS_A_ROUND)


def _due() -> QuerySet[IncomingMail]:
    return IncomingMail.objects.filter(state=IncomingMail.State.FETCHED, due_at__lte=timezone.now())


@transaction.atomic
def _take(pk: int) -> bool:
    mail = _due().select_for_update(skip_locked=True).filter(pk=pk).first()
    if mail is None:
        return False
    try:
        with deleted_on_failure() as stored, transaction.atomic():
            _take_over(mail, stored)
    except Exception as error:
        if is_away(error):  # mail without files is taken over meanwhile
            logger.warning("Incoming mail %s waits: %s", mail.pk, error)
            IncomingMail.objects.filter(pk=mail.pk).update(due_at=BACKOFF.find_next_attempt(1))
            return True
        logger.exception("Incoming mail %s could not be taken over", mail.pk)
        mail.refresh_from_db()
        mail.attempts += 1
        mail.note = mail_text.clean_text(f"{type(error).__name__}: {error}")[:300]
        mail.due_at = BACKOFF.find_next_attempt(mail.attempts) if mail.attempts < ATTEMPTS_AT_MOST else None
        mail.save()
        chain.state_changes("incoming mail: not taken over")
    return True


def _take_over(mail: IncomingMail, stored: list[str]) -> None:
    raw = bytes(mail.raw)
    parsed = parse_mail(raw)
    kept_as = bounces.classify_mail(mail, parsed, raw)
    if kept_as:
        mail.state = kept_as
        mail.save()
        chain.state_changes("incoming mail: kept without a number")
        return
    pointers = _find_pointers(parsed)
    case = None if is_automatic(parsed) else _find_certain_case(pointers, mail_text.describe_mail(raw)["email"])
    reason = _reason_to_wait(pointers, case, is_reply_of_robot=is_automatic_reply(parsed))
    intake = _make_intake(mail, raw, reason, stored)
    if reason:
        chain.append_event(Event.Kind.RECEIVED, intake=intake, reason=reason, checksum=intake.checksum)
    elif case:
        _add_to_case(case, intake, actor="")
    else:
        registration.register_intake(intake)


def _reason_to_wait(pointers: Pointers, case: Case | None, *, is_reply_of_robot: bool) -> str:
    """Return why the registrar must decide, empty if nobody has to."""
    with translation.override(settings.LANGUAGE_CODE):
        if is_reply_of_robot:
            return _("It claims to be an automatic reply but is not a reply to any of our e-mails.")
        if case is None and (pointers.sure or pointers.unsure):
            return _("It refers to a case but may not belong there.")
    return ""


def _make_intake(mail: IncomingMail, raw: bytes, reason: str, stored: list[str]) -> Intake:
    """Move the bytes to an arrival, with the attachments as files."""
    intake = Intake.objects.create(
        token=uuid.uuid4(),
        channel=Intake.Channel.MAIL,
        received_at=mail.received_at,
        language=settings.LANGUAGE_CODE,
        raw=raw,
        checksum=mail.checksum,
        addressee="Registrator",
        addressee_email=settings.REGISTRAR_EMAIL,
        mail=mail,
        state=Intake.State.RECEIVED if reason else Intake.State.REGISTERED,
        reason=reason,
    )
    for part in mail_text.read_files(parse_mail(raw)):
        content = BytesIO(part.content)
        registration.store_attachment(intake, registration.Attachment(part.name, _type_of(content), content), stored)
    scanning.hold_archives(intake)
    mail.raw, mail.state, mail.note = b"", IncomingMail.State.TAKEN, ""
    mail.save()
    return intake


def _type_of(content: BinaryIO) -> str:
    """Return the type, any of which is accepted (TF 2:9). A broken zip is known by its first bytes."""
    try:
        found = detect_type(content)
    except Exception:  # noqa: BLE001 - a broken archive may break its reader in any way
        found = None
    content.seek(0)
    is_packed = content.read(len(archives.ZIP_START)) == archives.ZIP_START
    content.seek(0)
    return found or ("application/zip" if is_packed else "application/octet-stream")


def _find_pointers(parsed: Mail) -> Pointers:
    pointers = Pointers()
    for _name, address in read_addresses(parsed, "To", "Cc", "Delivered-To", "X-Original-To"):
        if found := reply_address.read_reply_address(address):
            (pointers.sure if found[1] else pointers.unsure).add(found[0])
    named = read_message_ids(parsed, "In-Reply-To", "References")
    pointers.sure |= set(Dispatch.objects.filter(mail__message_id__in=named).values_list("case_id", flat=True))
    for number in list(NUMBER.finditer(read_header(parsed, "Subject")))[:5]:
        case = find_case_by_number(number[0])
        pointers.unsure |= {case.pk} if case else set()
    return pointers


def find_case_by_number(text: str) -> Case | None:
    """Return the case of a registration number in any usual spelling."""
    found = NUMBER.search(text)
    if found is None:
        return None
    code, year, number = found.groups()
    cases = Case.objects.select_related("series").filter(series__code__iexact=code)
    return cases.filter(year=int(year), number=int(number)).first()


def _find_certain_case(pointers: Pointers, email: str) -> Case | None:
    """Return the case that the mail certainly belongs to: sent to its address by one of its parties."""
    if len(pointers.sure) != 1 or not email:
        return None
    case = Case.objects.filter(pk__in=pointers.sure, status__in=TAKES_RECORDS).first()
    is_known = Party.objects.with_address(email).filter(record__case__in=pointers.sure).exists()
    return case if is_known else None


def suggest_cases(intake: Intake) -> list[Case]:
    """Return cases that a waiting mail may belong to: those it names, then the sender's latest."""
    if intake.channel != Intake.Channel.MAIL:
        return []
    parsed = parse_mail(bytes(intake.raw))
    pointers, email = _find_pointers(parsed), mail_text.describe_mail(bytes(intake.raw))["email"]
    cases = Case.objects.select_related("series").filter(status__in=TAKES_RECORDS)
    named = list(cases.filter(pk__in=pointers.sure | pointers.unsure)[:SUGGESTIONS])
    if not email:
        return named
    senders = cases.filter(pk__in=Party.objects.with_address(email).values("record__case"))
    return [*named, *senders.exclude(pk__in=[case.pk for case in named])[: SUGGESTIONS - len(named)]]


@transaction.atomic
def attach_to_case(intake: Intake, case: Case, user: User) -> Case:
    """Add a waiting arrival to the case that the registrar has chosen."""
    if not user.has_perm("registry.change_intake"):
        raise PermissionDenied
    locked = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if locked.state == Intake.State.REGISTERED:
        return locked.record.case
    if locked.state != Intake.State.RECEIVED or case.status not in TAKES_RECORDS:
        raise registration.DisposedError(_("The arrival cannot be added to that case."))
    locked.state = Intake.State.REGISTERED
    locked.save(update_fields=["state"])
    return _add_to_case(case, locked, actor=user.get_username())


def _add_to_case(case: Case, intake: Intake, *, actor: str) -> Case:
    """Make the arrival the next record of the case; notify staff if the case is not open."""
    locked = lock_case(case)
    record = registration.add_incoming(locked, intake)
    locked.version += 1
    locked.save(update_fields=["version"])
    chain.append_event(
        Event.Kind.RECORD_ADDED,
        case=locked,
        intake=intake,
        actor=actor,
        checksum=intake.checksum,
        ordinal=record.ordinal,
        record=registration.make_record_digest(record),
        files=sorted(intake.files.values_list("checksum", flat=True)),
    )
    search.index_case(locked)
    if not locked.is_open:
        _notify_staff(locked)
    return locked


def _notify_staff(case: Case) -> None:
    notify_staff(
        case,
        (case.assigned_to and case.assigned_to.email) or settings.REGISTRAR_EMAIL,
        gettext_noop("New message in a case: %(number)s"),
        gettext_noop("A new message has arrived in %(number)s, which had been completed.\n\nRead it here:\n%(link)s\n"),
    )


def make_mailbox_report(day: date | None = None) -> dict[str, Any]:
    """Return counts of a day's mail (Stockholm time) by outcome. Each mail is counted under exactly one."""
    start, end = day_bounds(day or timezone.localdate())
    fetched = Q(received_at__gte=start, received_at__lt=end)
    taken = Q(state=IncomingMail.State.TAKEN)
    waits = Q(intake__state__in=(Intake.State.RECEIVED, Intake.State.QUARANTINED))
    counts: dict[str, Any] = {
        "fetched": Count("pk"),
        "registered": Count("pk", filter=taken & ~waits),
        "queued": Count("pk", filter=taken & waits),
        "automatic": Count("pk", filter=Q(state=IncomingMail.State.AUTOMATIC)),
        "bounce": Count("pk", filter=Q(state=IncomingMail.State.BOUNCE)),
        "duplicate": Count("pk", filter=Q(state=IncomingMail.State.DUPLICATE)),
        "waiting": Count("pk", filter=Q(state=IncomingMail.State.FETCHED)),
    }
    return IncomingMail.objects.order_by().filter(fetched).aggregate(**counts)
