"""An answer from draft to sent mail. What is sent becomes the case's next record, in the same transaction."""

import hashlib
import uuid
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.base import File as DjangoFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mailroom import outbox
from mailroom.models import MailAttachment
from registry import chain, filetypes, search
from registry.models import Answer, AnswerFile, CannedText, Case, Dispatch, Event, File, Party, Record
from registry.reply_address import address_for
from registry.services.handling import lock, perform
from registry.services.receiving import next_ordinal, record_digest
from registry.transitions import Act, may

State = Answer.State
MAY_APPROVE = "registry.approve_answer"
LARGEST_FILE = 10 * 2**20
FILES_AT_MOST = 10
TEXTS = ("to_name", "to_email", "subject", "body", "canned_text")
"""What the officer writes of an answer."""


class StaleAnswerError(Exception):
    """Someone else has changed the answer since the page was opened."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(_("The answer has been changed by someone else since you opened it."))
        self.answer = answer


class UnfitAnswerError(Exception):
    """The answer cannot be kept or sent as it is. The message is a sentence for the user."""


def correspondent(case: Case) -> Party | None:
    """The last sender who gave an address: the one who can be answered."""
    senders = Party.objects.filter(record__case=case, role=Party.Role.SENDER).exclude(email="")
    return senders.filter(record__direction=Record.Direction.INCOMING).order_by("-record__ordinal", "pk").first()


def unsent_answer(case: Case) -> Answer | None:
    """The answer that is being written, if any."""
    return case.answers.exclude(state=State.SENT).first()


@transaction.atomic
def write(case: Case, user: User, texts: dict[str, Any], *, version: int) -> Answer:
    """Keep a draft. `version` is the answer's when the page was opened, 0 where there was none.

    Raises `PermissionDenied`, or `StaleAnswerError` where the draft has moved on or is with the registrar.
    """
    locked = lock(case)
    if not may(user, Act.ANSWER, locked):
        raise PermissionDenied
    answer = unsent_answer(locked) or Answer(case=locked, author=user, language=_language(locked), version=0)
    if answer.version != version or answer.state == State.SUBMITTED:
        raise StaleAnswerError(answer)
    for name in TEXTS:
        setattr(answer, name, texts[name])
    answer.state, answer.approved_by = State.DRAFT, None  # an approved text that is changed is approved anew
    answer.version += 1
    answer.save()
    return answer


@transaction.atomic
def submit(answer: Answer, user: User, *, version: int) -> Answer:
    """Ask the registrar to approve the answer."""
    locked = _hold(answer, version)
    if not may(user, Act.ANSWER, locked.case) or locked.state != State.DRAFT:
        raise PermissionDenied
    return _move(locked, State.SUBMITTED, Event.Kind.ANSWER_SUBMITTED, user)


@transaction.atomic
def approve(answer: Answer, user: User, *, version: int) -> Answer:
    """Approve what someone else has written."""
    locked = _hold(answer, version)
    if not _may_judge(locked, user):
        raise PermissionDenied
    locked.approved_by = user
    return _move(locked, State.APPROVED, Event.Kind.ANSWER_APPROVED, user)


@transaction.atomic
def send_back(answer: Answer, user: User, reason: str, *, version: int) -> Answer:
    """Give the answer back to its author, with a reason."""
    locked = _hold(answer, version)
    if not _may_judge(locked, user):
        raise PermissionDenied
    if not reason.strip():
        raise UnfitAnswerError(_("Give a reason."))
    return _move(locked, State.DRAFT, Event.Kind.ANSWER_REJECTED, user, reason=reason.strip())


@transaction.atomic
def attach(answer: Answer, user: User, name: str, content: BinaryIO, *, version: int) -> AnswerFile:
    """Add a file to a draft, judged by its content as the public's files are."""
    locked = _hold(answer, version)
    if not may(user, Act.ANSWER, locked.case) or locked.state != State.DRAFT:
        raise PermissionDenied
    content.seek(0, 2)
    size, content_type = content.tell(), filetypes.detect(content)
    if content_type is None:
        raise UnfitAnswerError(_("%(name)s is not of a type that can be sent.") % {"name": name})
    if size > LARGEST_FILE or locked.files.count() >= FILES_AT_MOST:
        raise UnfitAnswerError(_("An answer can have ten files of 10 MB each. Remove one, or choose a smaller file."))
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    content.seek(0)
    saved = storages["private"].save(f"{timezone.now():%Y/%m}/{uuid.uuid4()}", DjangoFile(content))
    locked.version += 1
    locked.save()
    return locked.files.create(
        file=saved, original_name=name[:200], content_type=content_type, size=size, checksum=digest
    )


@transaction.atomic
def detach(file: AnswerFile, user: User, *, version: int) -> None:
    """Take a file away from a draft. Its bytes stay in the storage until the next clearing."""
    locked = _hold(file.answer, version)
    if not may(user, Act.ANSWER, locked.case) or locked.state != State.DRAFT:
        raise PermissionDenied
    file.delete()
    locked.version += 1
    locked.save()


@transaction.atomic
def send(answer: Answer, user: User, *, version: int) -> Answer:
    """Send it: record, recipient, files, mail, dispatch, event and status come about together or not at all."""
    locked = _hold(answer, version)
    case = locked.case
    ready = {State.APPROVED} if case.series.answers_need_approval else {State.DRAFT, State.APPROVED}
    if locked.state not in ready or not may(user, Act.ANSWER, case):
        raise PermissionDenied
    if not (locked.to_email and locked.subject.strip() and locked.body.strip()):
        raise UnfitAnswerError(_("Write a recipient, a subject and a text before you send the answer."))
    record = _record(locked)
    mail = outbox.queue(
        to=locked.to_email,
        subject=f"{locked.subject} [{case.registration_number}]",
        body=locked.body,
        language=locked.language,
        reply_to=address_for(case),
        in_reply_to=_message_id(case),
        is_personal=True,
    )
    for file in locked.files.all():
        MailAttachment.objects.create(
            mail=mail, file=file.file.name, name=file.original_name, content_type=file.content_type
        )
    Dispatch.objects.create(case=case, kind=Dispatch.Kind.ANSWER, record=record, mail=mail)
    locked.state, locked.record = State.SENT, record
    locked.version += 1
    locked.save()
    perform(Act.ANSWER, case, user, record=str(record), digest=record_digest(record), files=_checksums(locked))
    search.index_case(case)
    return locked


@transaction.atomic
def change_canned_text(text: CannedText, user: User, *, title: str, body: str) -> CannedText:
    """Keep a changed text as a new version, so that what an old answer started from stays what it was."""
    versions = CannedText.objects.select_for_update().filter(slug=text.slug).order_by("-version")
    latest = versions[0].version
    versions.filter(is_current=True).update(is_current=False)
    return CannedText.objects.create(
        slug=text.slug, version=latest + 1, title=title, body=body, created_by=user.get_username()
    )


def _hold(answer: Answer, version: int) -> Answer:
    """The answer as it is now, with its case, both held until the commit; always the case first."""
    case = lock(answer.case)
    locked = Answer.objects.select_for_update().get(pk=answer.pk)
    if locked.version != version:
        raise StaleAnswerError(locked)
    locked.case = case
    return locked


def _may_judge(answer: Answer, user: User) -> bool:
    return answer.state == State.SUBMITTED and user.has_perm(MAY_APPROVE) and answer.author_id != user.pk


def _move(answer: Answer, state: Answer.State, event: Event.Kind, user: User, **said: Any) -> Answer:
    answer.state = state
    answer.version += 1
    answer.save()
    chain.append(event, case=answer.case, actor=user.get_username(), **said)
    return answer


def _record(answer: Answer) -> Record:
    """The outgoing record, with its recipient and the same files."""
    record = Record.objects.create(
        case=answer.case,
        ordinal=next_ordinal(answer.case),
        direction=Record.Direction.OUTGOING,
        recorded_at=timezone.now(),
        subject=answer.subject,
        body=answer.body,
        language=answer.language,
    )
    known = correspondent(answer.case)
    Party.objects.create(
        record=record,
        role=Party.Role.RECIPIENT,
        name=answer.to_name,
        email=answer.to_email,
        identity_is_protected=known is not None and known.identity_is_protected,
    )
    for file in answer.files.all():
        File.objects.create(
            record=record,
            file=file.file.name,
            original_name=file.original_name,
            content_type=file.content_type,
            size=file.size,
            checksum=file.checksum,
            scan=File.Scan.PENDING if settings.CLAMD_URL else File.Scan.UNCHECKED,
        )
    return record


def _checksums(answer: Answer) -> list[str]:
    return sorted(answer.files.values_list("checksum", flat=True))


def _language(case: Case) -> str:
    first = case.records.order_by("ordinal").first()
    return first.language if first else "sv"


def _message_id(case: Case) -> str:
    """The Message-ID of the last mail that came in, if one did."""
    mails = case.records.filter(intake__mail__isnull=False).order_by("-ordinal")
    return mails.values_list("intake__mail__message_id", flat=True).first() or ""
