"""Registration of messages, each in one transaction: arrival, case, record, party, event, outgoing mail."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from files import private_storage
from jobs import clock
from mailroom.bulk_write import assign_keys, write_rows
from registry import chain, mail_text, search
from registry.models import Case, CaseKind, Event, File, Intake, Party, Record, Series, SeriesYear
from registry.personal_numbers import holds_personal_number
from registry.public.titles import propose_title
from registry.services.dispatches import queue_dispatches
from registry.services.notices import make_notice
from registry.services.receipts import make_receipt
from registry.workdays import add_workdays

NEW_MESSAGE = (
    gettext_noop("New message: %(number)s"),
    gettext_noop("A message to you has been registered as %(number)s.\n\nRead it here:\n%(link)s\n"),
)
"""The notice to the addressee."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message, its type detected by content."""

    name: str
    content_type: str
    content: BinaryIO


@dataclass(frozen=True)
class Message:
    """A message by a public form. Its contents are the sender's; only the form is validated."""

    token: uuid.UUID
    subject: str
    body: str
    language: str
    addressee: str
    addressee_email: str
    name: str = ""
    email: str = ""
    about: str = ""
    kind: CaseKind = CaseKind.MESSAGE
    assign_to: User | None = None
    received_at: datetime | None = None
    """When it reached our server, if earlier than now."""
    attachments: Sequence[Attachment] = field(default=())

    def digest(self) -> str:
        """Return SHA-256 of what the sender wrote, which tells a repeated post from an edited one."""
        return hashlib.sha256(self.as_bytes()).hexdigest()

    def as_bytes(self) -> bytes:
        """Return the message in canonical JSON, attachments by checksum."""
        content = {
            "token": str(self.token),
            "addressee": self.addressee,
            "name": self.name,
            "email": self.email,
            "subject": self.subject,
            "message": self.body,
            "about": self.about,
            "language": self.language,
            "attachments": [
                {"name": attachment.name, "sha256": private_storage.compute_checksum(attachment.content)}
                for attachment in self.attachments
            ],
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


class EditedMessageError(Exception):
    """The token belongs to a message that has already arrived with another text."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(str(intake.token))
        self.intake = intake


class DisposedError(Exception):
    """The arrival has been disposed of. The message is a sentence for the user."""


def receive_message(message: Message, *, quarantine_reason: str = "") -> Intake:
    """Register a message, or quarantine it if there is a reason to.

    A request for a public document is always registered at once (TF 2:15-16; OSL 2009:400, 5:1): the reason is stored
    with it, and no receipt is sent to an address that a machine may have filled in.

    The same message under the same token is the same arrival. Raise `EditedMessageError` if the token is known but the
    text differs: a new message needs a new token.
    """
    try:
        with private_storage.deleted_on_failure() as stored, transaction.atomic():
            intake = _make_intake(message, quarantine_reason, stored)
            if intake.state == Intake.State.QUARANTINED:
                chain.append_event(
                    Event.Kind.QUARANTINED, intake=intake, reason=quarantine_reason, checksum=intake.checksum
                )
            else:
                register_intake(intake, assign_to=message.assign_to)
    except IntegrityError:
        return _find_earlier(message)
    return intake


@transaction.atomic
def register_waiting(intake: Intake, *, actor: str) -> Case:
    """Register an arrival that waited in quarantine or for the registrar. The number is of the day of registration.

    Raise `DisposedError` if it has been disposed of.
    """
    locked = Intake.objects.select_for_update(of=("self",)).get(pk=intake.pk)
    if locked.state == Intake.State.DISPOSED:
        raise DisposedError(_("The arrival has been disposed of and cannot be registered."))
    if locked.state == Intake.State.REGISTERED:
        return locked.record.case
    was_quarantined = locked.state == Intake.State.QUARANTINED
    locked.state = Intake.State.REGISTERED
    locked.save(update_fields=["state"])
    case = register_intake(locked, actor=actor)
    if was_quarantined:
        chain.append_event(Event.Kind.RELEASED, case=case, intake=locked, actor=actor, reason=locked.reason)
    return case


def _make_intake(message: Message, quarantine_reason: str, stored: list[str]) -> Intake:
    raw = message.as_bytes()
    is_quarantined = bool(quarantine_reason) and message.kind != CaseKind.DISCLOSURE
    intake = Intake.objects.create(
        token=message.token,
        channel=Intake.Channel.WEB_FORM,
        kind=message.kind,
        received_at=message.received_at or clock.read_time(),
        language=message.language,
        raw=raw,
        checksum=hashlib.sha256(raw).hexdigest(),
        addressee=message.addressee,
        addressee_email=message.addressee_email,
        state=Intake.State.QUARANTINED if is_quarantined else Intake.State.REGISTERED,
        reason=quarantine_reason,
    )
    for attachment in message.attachments:
        store_attachment(intake, attachment, stored)
    return intake


def store_attachment(intake: Intake, attachment: Attachment, stored: list[str]) -> None:
    """Store the file before the commit; the caller deletes the names in `stored` if there is none."""
    File.objects.create(
        intake=intake,
        original_name=attachment.name[:200],
        content_type=attachment.content_type,
        scan=File.Scan.PENDING if settings.CLAMD_URL else File.Scan.UNCHECKED,
        **private_storage.store_file(attachment.content, intake.received_at, stored),
    )


def _find_earlier(message: Message) -> Intake:
    intake = Intake.objects.get(token=message.token)
    if intake.checksum != message.digest():
        raise EditedMessageError(intake)
    return intake


def register_intake(intake: Intake, assign_to: User | None = None, *, actor: str = "") -> Case:
    """Open a case for an arrival: number, incoming record, sender, mail, event.

    Two locks are held from here to the commit, always in this order: the row of the series (`take_number`), for which
    all registrations wait, and the end of the chain (`chain.append_event`), for which all acts wait. So as much as
    possible is looked up before the number is taken, and little is asked of the database after it.
    """
    series, content = _find_series(), describe_intake(intake)
    files = list(intake.files.order_by("pk").values_list("checksum", *search.TEXTS_OF_FILE))
    case = _make_case(intake, content, series, assign_to)
    record, sender = _make_record(case, intake, content, ordinal=1)
    texts = [*search.list_texts(record, [sender]), *(text for _checksum, *found in files for text in found if text)]
    words = [search.build_case_text(case, texts), search.build_case_title(case)]
    assign_keys(case, record, sender)
    case.number = take_number(series, case.year)  # from here all other registrations wait
    write_rows(case, record, sender, *words)
    suspicion = "" if actor else intake.reason  # a person has released it
    notice = make_notice(case, intake.addressee_email, *NEW_MESSAGE)
    receipt = None if suspicion else make_receipt(case, intake, sender.answer_address)
    queue_dispatches([notice, receipt] if receipt else [notice])
    chain.append_event(
        Event.Kind.REGISTERED,
        case=case,
        intake=intake,
        actor=actor,
        number=case.registration_number,
        checksum=intake.checksum,
        record=make_record_digest(record),
        files=sorted(checksum for checksum, *_texts in files),
        **({"suspicion": suspicion} if suspicion else {}),
    )
    return case


def add_incoming(case: Case, intake: Intake) -> Record:
    """Make an arrival the next record of a case, with its sender. The caller has locked the case."""
    content = describe_intake(intake)
    record, sender = _make_record(case, intake, content, ordinal=find_next_ordinal(case))
    record.save()
    sender.identity_is_protected = identity_is_protected(case, sender.email, sender.reply_to)
    sender.save()
    return record


def _make_record(case: Case, intake: Intake, content: dict[str, Any], *, ordinal: int) -> tuple[Record, Party]:
    """Return the record of an arrival and its sender, not yet saved."""
    record = Record(
        case=case,
        ordinal=ordinal,
        direction=Record.Direction.INCOMING,
        recorded_at=intake.received_at,
        intake=intake,
        subject=content["subject"],
        body=content["message"],
        about=content["about"],
        language=intake.language,
        holds_personal_number=holds_personal_number(f"{content['subject']}\n{content['message']}"),
    )
    return record, Party(
        record=record,
        role=Party.Role.SENDER,
        name=content["name"],
        email=content["email"],
        reply_to=content.get("reply_to", ""),
    )


def identity_is_protected(case: Case, *addresses: str) -> bool:
    """Whether someone with one of the addresses is protected in the case, and so in all its records."""
    return Party.objects.with_address(*addresses).filter(record__case=case, identity_is_protected=True).exists()


def find_next_ordinal(case: Case) -> int:
    """Return the number of the case's next record. The caller has locked or just made the case."""
    last = case.records.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return (last or 0) + 1


def make_record_digest(record: Record) -> str:
    """Return SHA-256 of a record's contents, for its event."""
    columns = [record.case_id, record.ordinal, record.subject, record.body, record.recorded_at.isoformat()]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def _find_series() -> Series:
    defaults = {"title_sv": "Regional utveckling", "title_en": "Regional development"}
    known = Series.objects.filter(code=settings.REGION_SERIES)
    return known.first() or Series.objects.get_or_create(code=settings.REGION_SERIES, defaults=defaults)[0]


def _make_case(intake: Intake, content: dict[str, Any], series: Series, assign_to: User | None) -> Case:
    """Return a case for an arrival, not yet numbered or saved."""
    now = clock.read_time()
    today = timezone.localdate(now)
    days = settings.DISCLOSURE_ANSWER_DAYS if intake.kind == CaseKind.DISCLOSURE else settings.REGISTRY_ANSWER_DAYS
    return Case(
        series=series,
        year=today.year,
        kind=intake.kind,
        registered_at=now,
        arrived_at=intake.received_at,
        title=propose_title(intake, content["about"])[:200],
        status=Case.Status.DISTRIBUTED if assign_to else Case.Status.REGISTERED,
        assigned_to=assign_to,
        due_on=add_workdays(today, days),
    )


def take_number(series: Series, year: int) -> int:
    """Take the next number, locking the row of the series: other registrations wait for this commit or rollback."""
    years = SeriesYear.objects.select_for_update()
    counted, is_first = years.get_or_create(series=series, year=year, defaults={"last_number": 1})
    if not is_first:
        counted.last_number += 1
        counted.save(update_fields=["last_number"])
    return counted.last_number


def describe_intake(intake: Intake) -> dict[str, Any]:
    """Return what the sender wrote, parsed from the stored bytes; empty once they are disposed of."""
    if intake.state == Intake.State.DISPOSED:
        return {}
    if intake.channel == Intake.Channel.MAIL:
        return mail_text.describe_mail(bytes(intake.raw))
    return json.loads(bytes(intake.raw) or b"{}")
