"""Answers: drafts that are approved where the series requires it, and sent as records of the case.

Whoever may mark the case as answered (`registry.transitions`) may write: its officer, while it is in progress.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from files import private_storage
from jobs import clock
from mailroom import outbox
from mailroom.models import MailAttachment, OutgoingMail
from registry import chain, search
from registry.models import Answer, AnswerFile, CannedText, Case, Dispatch, Event, File, Party, Record
from registry.reply_address import make_reply_address
from registry.services.case_acts import IncompleteActError, lock_case, perform_act
from registry.services.dispatches import queue_dispatches
from registry.services.registration import Attachment, find_next_ordinal, identity_is_protected, make_record_digest
from registry.transitions import Act, may_perform

LONGEST_SUBJECT = 200
MAY_APPROVE = "registry.approve_answer"
Text = dict[str, str]


class StaleAnswerError(Exception):
    """Someone else has changed the answer since the page was opened. The message is a sentence for the user."""


class UnprotectedMailError(IncompleteActError):
    """The answer would go by unprotected mail although something is marked, and nobody has confirmed that it may."""


def find_sender(case: Case) -> Party | None:
    """Return the first sender of the case who can be answered, or None."""
    senders = Party.objects.filter(record__case=case, role=Party.Role.SENDER).order_by("record__ordinal", "pk")
    return next((sender for sender in senders.select_related("record") if sender.answer_address), None)


def find_open_answer(case: Case) -> Answer | None:
    """Return the unsent answer of the case, if there is one."""
    return case.answers.exclude(state=Answer.State.SENT).select_related("author", "approved_by").first()


@transaction.atomic
def start_answer(case: Case, user: User, *, canned_text: CannedText | None = None) -> Answer:
    """Begin an answer to the sender, or return the one already begun: a case has one unsent answer at a time."""
    locked = _lock_answerable_case(case, user)
    if existing := find_open_answer(locked):
        return existing
    sender, first = find_sender(locked), locked.records.order_by("ordinal").first()
    if sender is None or first is None:
        raise IncompleteActError(_("The sender did not leave an address, so no answer can be sent."))
    language = first.language if first.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    answer = Answer.objects.create(
        case=locked,
        to_name=sender.name,
        to_email=sender.answer_address,
        subject=_reply_subject(first.subject),
        body=_canned_body(canned_text, language),
        language=language,
        canned_text=canned_text,
        author=user,
    )
    chain.state_changes("draft begun", case=locked, actor=user.get_username())
    return answer


def write_answer(
    answer: Answer, user: User, text: Text, *, version: int, attachments: Sequence[Attachment] = ()
) -> Answer:
    """Save subject and body from `text`, and files. Raise `StaleAnswerError` if someone else has written meanwhile."""
    with private_storage.deleted_on_failure() as stored, transaction.atomic():
        locked = _lock_draft(answer, user, version)
        locked.subject, locked.body = text["subject"], text["body"]
        locked.version += 1
        locked.save(update_fields=["subject", "body", "version", "updated_at"])
        for attachment in attachments:
            locked.files.create(
                original_name=attachment.name[:200],
                content_type=attachment.content_type,
                **private_storage.store_file(attachment.content, clock.read_time(), stored),
            )
        chain.state_changes("draft written", case=locked.case, actor=user.get_username())
    return locked


@transaction.atomic
def remove_file(file: AnswerFile, user: User) -> None:
    """Remove a file from a draft; its bytes are deleted after the commit."""
    _lock_answerable_case(file.answer.case, user)
    if file.answer.state != Answer.State.DRAFT:
        raise PermissionDenied
    name = file.file.name or ""
    file.delete()
    chain.state_changes("draft's file removed", case=file.answer.case, actor=user.get_username())
    transaction.on_commit(lambda: private_storage.delete_files([name]))


@transaction.atomic
def submit_answer(answer: Answer, user: User, *, version: int) -> None:
    """Ask for approval. The text cannot be changed until it is approved or sent back."""
    locked = _lock_draft(answer, user, version)
    _change_state(locked, Answer.State.SUBMITTED, Event.Kind.ANSWER_SUBMITTED, user)


@transaction.atomic
def approve_answer(answer: Answer, user: User) -> None:
    """Approve the answer, which someone other than its author must do."""
    locked = _lock_submitted(answer, user)
    locked.approved_by = user
    locked.save(update_fields=["approved_by"])
    _change_state(locked, Answer.State.APPROVED, Event.Kind.ANSWER_APPROVED, user)


@transaction.atomic
def send_back_answer(answer: Answer, user: User, *, reason: str) -> None:
    """Return the answer to its author as a draft, with a reason."""
    if not reason.strip():
        raise IncompleteActError(_("Enter a reason."))
    locked = _lock_submitted(answer, user)
    _change_state(locked, Answer.State.DRAFT, Event.Kind.ANSWER_REJECTED, user, reason=reason.strip())


def needs_approval(answer: Answer) -> bool:
    return answer.case.series.answers_need_approval and answer.state != Answer.State.APPROVED


def find_marks(case: Case, email: str) -> list[str]:
    """Return what mail could disclose: marks in force, a protected recipient (OSL 2009:400, 5:5 and 22:1)."""
    marks = [str(mark) for mark in case.secrecy_marks.filter(lifted_on=None)]
    return marks + ([_("protected identity")] if identity_is_protected(case, email) else [])


@transaction.atomic
def send_answer(answer: Answer, user: User, *, version: int, confirmed: bool = False) -> Record:
    """Make the answer an outgoing record of the case, mail it to the sender, and mark the case as answered.

    Raise `UnprotectedMailError` if anything is marked and it is not confirmed that the answer may go by mail.
    """
    case = _lock_answerable_case(answer.case, user)
    locked = Answer.objects.select_for_update(of=("self",)).select_related("case__series").get(pk=answer.pk)
    if locked.state == Answer.State.SENT and locked.record:
        return locked.record
    if locked.version != version:
        raise StaleAnswerError(_("The answer has been changed by someone else since you opened it."))
    if locked.state not in (Answer.State.DRAFT, Answer.State.APPROVED) or needs_approval(locked):
        raise PermissionDenied
    if not locked.body.strip():
        raise IncompleteActError(_("Write your answer before you send it."))
    marks = find_marks(case, locked.to_email)
    if marks and not confirmed:
        words = _(
            "The case is marked (%(marks)s), and e-mail is not secure. Confirm that the answer contains nothing secret."
        )
        raise UnprotectedMailError(words % {"marks": "; ".join(marks)})
    record = _make_record(case, locked)
    _queue_answer(case, record, locked)
    locked.state, locked.record = Answer.State.SENT, record
    locked.save(update_fields=["state", "record", "updated_at"])
    files = sorted(record.files.values_list("checksum", flat=True))
    extra: dict[str, Any] = {"mailed_despite": marks} if marks else {}
    perform_act(Act.ANSWER, case, user, ordinal=record.ordinal, record=make_record_digest(record), files=files, **extra)
    search.index_case(case)
    return record


def _lock_answerable_case(case: Case, user: User) -> Case:
    """Lock the case. Raise `PermissionDenied` unless the user may answer it."""
    locked = lock_case(case)
    if not may_perform(user, Act.ANSWER, locked):
        raise PermissionDenied
    return locked


def _lock_draft(answer: Answer, user: User, version: int) -> Answer:
    _lock_answerable_case(answer.case, user)
    locked = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if locked.state != Answer.State.DRAFT:
        raise PermissionDenied
    if locked.version != version:
        raise StaleAnswerError(_("The answer has been changed by someone else since you opened it."))
    return locked


def _lock_submitted(answer: Answer, user: User) -> Answer:
    """Lock the submitted answer. Raise `PermissionDenied` unless the user may approve it and is not its author."""
    lock_case(answer.case)
    locked = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if not user.has_perm(MAY_APPROVE) or locked.author_id == user.pk or locked.state != Answer.State.SUBMITTED:
        raise PermissionDenied
    return locked


def _change_state(answer: Answer, state: Answer.State, event: Event.Kind, user: User, **payload: Any) -> None:
    answer.state = state
    answer.version += 1
    answer.save(update_fields=["state", "version", "updated_at"])
    chain.append_event(event, case=answer.case, actor=user.get_username(), **payload)


def _make_record(case: Case, answer: Answer) -> Record:
    record = Record.objects.create(
        case=case,
        ordinal=find_next_ordinal(case),
        direction=Record.Direction.OUTGOING,
        recorded_at=clock.read_time(),
        subject=answer.subject,
        body=answer.body,
        language=answer.language,
    )
    Party.objects.create(
        record=record,
        role=Party.Role.RECIPIENT,
        name=answer.to_name,
        email=answer.to_email,
        identity_is_protected=identity_is_protected(case, answer.to_email),
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


def _queue_answer(case: Case, record: Record, answer: Answer) -> None:
    """Queue the answer, with a reply address that leads back to the case."""
    number = f" [{case.registration_number}]"
    mail = outbox.make_mail(
        to=answer.to_email,
        subject=answer.subject[: LONGEST_SUBJECT - len(number)] + number,
        body=answer.body,
        language=answer.language,
        reply_to=make_reply_address(case),
        in_reply_to=_answered_message_id(case),
        is_personal=True,
        state=_initial_state(record),
    )
    queue_dispatches([Dispatch(case=case, kind=Dispatch.Kind.ANSWER, record=record, mail=mail)])
    for file in record.files.all():
        MailAttachment.objects.create(
            mail=mail, file=file.file.name, name=file.original_name, content_type=file.content_type
        )


def _initial_state(record: Record) -> OutgoingMail.State:
    """Hold an answer with unscanned files until `held_answers` releases it."""
    is_unchecked = record.files.filter(scan=File.Scan.PENDING).exists()
    return OutgoingMail.State.HELD if is_unchecked else OutgoingMail.State.QUEUED


def _answered_message_id(case: Case) -> str:
    """Return the Message-ID of the mail that is answered, empty for what came by the form."""
    incoming = case.records.filter(intake__mail__isnull=False).order_by("-ordinal")
    return incoming.values_list("intake__mail__message_id", flat=True).first() or ""


def _canned_body(text: CannedText | None, language: str) -> str:
    """Return a canned text in the sender's language, or in Swedish."""
    return (getattr(text, f"body_{language}", "") or text.body) if text else ""


def _reply_subject(subject: str) -> str:
    with_prefix = subject if subject.lower().startswith(("sv:", "re:")) else _("Re: %(subject)s") % {"subject": subject}
    return with_prefix[:LONGEST_SUBJECT]
