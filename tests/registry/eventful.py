"""A registry in which everything has happened: every table of facts has rows, made by the portal's own acts."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from mailroom import inbox, journal, outbox
from mailroom.models import IncomingMail, MailboxReading, OutgoingMail
from registry import chain
from registry.admin.retention import copy_plan
from registry.models import Case, DocumentType, Intake
from registry.services import answers, case_acts, continuation, delivery, disposal, held_answers, mail_intake, referral
from registry.services.file_removal import remove_disposed_files
from registry.services.registration import Attachment, receive_message, register_waiting
from registry.transitions import Act
from tests.factories import make_canned_text, make_message, make_retention_plan, make_user

MAIL = b"From: Bo <bo@example.com>\r\nMessage-ID: <%d@example.com>\r\nSubject: Hej\r\n%s\r\nText.\r\n"


def make_eventful_registry(folder: Path) -> None:
    """Perform every act once, or more where the results differ."""
    registrar, officer = make_user(Role.REGISTRAR), make_user(Role.OFFICER, email="h@example.org")
    archivist = make_user(Role.ARCHIVIST)
    make_retention_plan()
    make_canned_text()
    chain.state_changes("plan and texts")
    copy_plan(make_retention_plan())
    answered, draft = _open(officer), _open(officer)
    _write_about(draft, registrar)
    _answer(answered, officer)
    _fetch_mail(answered, registrar)
    _dispose_of_much(registrar, archivist)
    _deliver(folder, registrar, archivist)
    _mark(_open(make_user(Role.OFFICER)), registrar)
    answers.write_answer(
        answers.start_answer(draft, officer),
        officer,
        {"subject": "Sv", "body": "Utkast"},
        version=1,
        attachments=[_file()],
    )
    disposal.propose_disposal(
        ground="Plan 1",
        user=registrar,
        cases=[_closed_long_ago(registrar)],
        intakes=[receive_message(make_message(attachments=[_file()]), quarantine_reason="Fälla")],
        mails=list(IncomingMail.objects.of_little_importance()[:1]),
    )
    taken_back = disposal.propose_disposal(ground="Plan 1", user=registrar, cases=[_closed_long_ago(registrar)])
    disposal.withdraw_disposal(taken_back, registrar, "Vänta.")
    continuation.open_following_case(_delivered_before(), registrar)
    referral.refer_sender(_open(officer), registrar, authority="Kommunen", contact="08-1")


def _file(name: str = "a.txt") -> Attachment:
    return Attachment(name, "text/plain", BytesIO(name.encode()))


def _open(officer: User) -> Case:
    case = receive_message(make_message(assign_to=officer, attachments=[_file()])).record.case
    return case_acts.perform_act(Act.ACCEPT, case, officer)


def _closed(registrar: User) -> Case:
    case = receive_message(make_message(attachments=[_file()])).record.case
    return case_acts.perform_act(Act.CLOSE, case, registrar, reason="Reklam.")


def _closed_long_ago(registrar: User) -> Case:
    """Return a case whose retention has ended."""
    case = _closed(registrar)
    kind = DocumentType.objects.filter(code="fraga").earliest("pk")
    Case.objects.filter(pk=case.pk).update(document_type=kind, closed_at=datetime(2000, 1, 1, tzinfo=UTC))
    chain.state_changes("closed long ago", case=case)
    case.refresh_from_db()
    return case


def _delivered_before() -> Case:
    return Case.objects.filter(status=Case.Status.ARCHIVED).latest("pk")


def _write_about(case: Case, registrar: User) -> None:
    kind = DocumentType.objects.latest("pk")
    case_acts.set_title(case, "Fråga om buss", registrar)
    case_acts.set_document_type(case, kind, registrar)
    case_acts.set_due_date(case, timezone.localdate(), registrar)
    case_acts.write_note(case, "Ringde.", registrar)
    case_acts.protect_identity(case.records.get().parties.get(), registrar)
    register_waiting(receive_message(make_message(), quarantine_reason="Fälla"), actor=registrar.username)


def _mark(case: Case, registrar: User) -> None:
    """Mark it twice, letting its officer read it, and lift one of the marks."""
    case_acts.mark_secret(case, provision="OSL 21:1", authority="R", user=registrar, loss=case_acts.Loss.GRANT)
    case_acts.lift_secrecy(case_acts.mark_secret(case, provision="OSL 22:1", authority="R", user=registrar), registrar)


def _answer(case: Case, officer: User) -> None:
    """Send an answer with a held file, and download the file."""
    answer = answers.write_answer(
        answers.start_answer(case, officer),
        officer,
        {"subject": "Sv", "body": "Svar"},
        version=1,
        attachments=[_file()],
    )
    sent = answers.send_answer(answer, officer, version=answer.version)
    OutgoingMail.objects.filter(dispatch__record=sent).update(state=OutgoingMail.State.HELD)
    held_answers.release_checked_answers()
    outbox.send_due_mail()
    client = Client()
    client.force_login(officer)
    client.get(reverse("admin:registry_file", args=[sent.files.get().pk])).getvalue()


def _fetch_mail(case: Case, registrar: User) -> None:
    """Fetch a mail to the case, whose source is opened, and one of every other kind; one is not yet taken over."""
    reading = MailboxReading.objects.create(mailbox="diariet@example.org/INBOX")
    ours = case.dispatches.order_by("pk").last().mail.message_id.encode()  # type: ignore[union-attr]
    for number, headers in enumerate(
        (
            b"",
            b"In-Reply-To: " + ours + b"\r\n",
            b"Auto-Submitted: auto-replied\r\n",
            b"Auto-Submitted: auto-replied\r\nIn-Reply-To: " + ours + b"\r\n",
            b"Return-Path: <>\r\nContent-Type: multipart/report\r\nReferences: " + ours + b"\r\n",
        ),
        start=1,
    ):
        inbox._store(reading, number, MAIL % (number, headers))
    mail_intake.take_due_mail()
    inbox._store(reading, 6, MAIL % (1, b""))
    inbox._store(reading, 7, MAIL % (7, b""))
    client = Client()
    client.force_login(registrar)
    client.get(reverse("admin:registry_mail_source", args=[Intake.objects.filter(channel="mail").earliest("pk").pk]))
    mail = OutgoingMail.objects.filter(dispatch__case=case).earliest("pk")
    mail.mark_failed_attempt("550", is_final=True)
    journal.note_change([mail], "not sent")


def _dispose_of_much(registrar: User, archivist: User) -> None:
    """Dispose of a case with all that belongs to it, an arrival in quarantine and a mail."""
    case = _closed_long_ago(registrar)
    outbox.send_due_mail()
    waiting = receive_message(make_message(attachments=[_file()]), quarantine_reason="Fälla")
    mail = IncomingMail.objects.of_little_importance().latest("pk")
    for keep_title in (True, False):
        proposed = disposal.propose_disposal(
            ground="Plan 1", user=registrar, cases=[case], intakes=[waiting], mails=[mail], keep_title=keep_title
        )
        if keep_title:
            disposal.reject_disposal(proposed, archivist, "Vänta.")
        else:
            disposal.carry_out_disposal(disposal.decide_disposal(proposed, archivist), archivist)
    remove_disposed_files()


def _deliver(folder: Path, registrar: User, archivist: User) -> None:
    for number, end in enumerate((delivery.note_refusal, delivery.confirm_receipt)):
        package: Any = delivery.deliver_cases([_closed(registrar)], folder / str(number), archivist, progress=[].append)
        end(package, archivist, "Kvitto 17")
