"""Intake of mail: it finds its case, and nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.roles import Role
from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, Intake, Party
from registry.reply_address import make_reply_address
from registry.services.answers import send_answer, start_answer, write_answer
from registry.services.case_acts import perform_act, protect_identity
from registry.services.mail_intake import attach_to_case, make_mailbox_report, suggest_cases, take_due_mail
from registry.transitions import Act
from tests import factories
from tests.registry.incoming import mail, take

pytestmark = pytest.mark.django_db


def test_mail_that_points_at_nothing_becomes_a_case_with_a_receipt() -> None:
    incoming = mail("Subject: En fr=?utf-8?q?=C3=A5?=ga", "Message-ID: <a@example.org>")
    raw = bytes(incoming.raw)

    intake = take(incoming)

    incoming.refresh_from_db()
    assert (bytes(incoming.raw), bytes(intake.raw), incoming.state) == (b"", raw, "taken")
    assert (intake.record.body, intake.record.ordinal) == ("Hemlig text.", 1)
    receipt = OutgoingMail.objects.get(dispatch__kind="receipt")
    assert (receipt.to, receipt.in_reply_to) == ("anna@example.org", "<a@example.org>")
    assert receipt.reply_to == make_reply_address(intake.record.case)
    assert "Hemlig" not in receipt.as_message().message().as_string()


def test_answer_of_a_known_sender_joins_its_case() -> None:
    case = factories.make_case()

    intake = take(mail("Subject: Re", f"To: {make_reply_address(case)}"))

    assert (intake.record.case, intake.record.ordinal) == (case, 2)


def test_answer_to_a_message_id_of_ours_joins_its_case() -> None:
    case = factories.make_case()
    receipt = OutgoingMail.objects.get(dispatch__kind="receipt")

    intake = take(mail("Subject: Re", f"In-Reply-To: {receipt.message_id}"))

    assert (intake.record.case, intake.record.ordinal) == (case, 2)


@pytest.mark.parametrize("forgery", ["sender", "code", "number"])
def test_forged_answer_waits_for_the_registrar(forgery: str) -> None:
    case = factories.make_case()
    headers = {
        "sender": f"To: {make_reply_address(case)}",
        "code": f"To: diariet+{case.pk}.{'0' * 20}@example.org",
        "number": f"Subject: {case.registration_number}",
    }
    sender = "eva@example.org" if forgery == "sender" else "anna@example.org"

    intake = take(mail(headers[forgery], sender=sender))

    assert (intake.state, case.records.count(), suggest_cases(intake)) == ("received", 1, [case])
    attach_to_case(intake, case, factories.make_user(Role.REGISTRAR))
    assert case.records.count() == 2


def test_registrar_adds_a_waiting_mail_by_number(log_in: object) -> None:
    case = factories.make_case()
    intake = take(mail(f"Subject: {case.registration_number}"))
    client = log_in(Role.REGISTRAR)  # type: ignore[operator]
    url = f"/admin/registry/intake/{intake.pk}/change/"

    unknown = client.post(url, {"number": "RUS 1999/0001"})
    page = client.get(url)
    added = client.post(url, {"number": case.registration_number})

    assert (unknown["Location"], page.status_code) == (url, 200)
    assert (added["Location"], case.records.count()) == (f"/admin/registry/case/{case.pk}/change/", 2)


def test_automatic_reply_to_a_mail_of_ours_is_kept_without_number_or_receipt() -> None:
    factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    incoming = mail("Subject: Frånvaro", "Auto-Submitted: auto-replied", f"In-Reply-To: {sent.message_id}")
    before = OutgoingMail.objects.count()

    assert take_due_mail() == 1

    incoming.refresh_from_db()
    assert (incoming.state, Intake.objects.filter(mail=incoming).count()) == ("automatic", 0)
    assert (Case.objects.count(), OutgoingMail.objects.count()) == (1, before)


@pytest.mark.parametrize("header", ["Subject: Hej", "In-Reply-To: <guess@example.org>", "Return-Path: <>"])
def test_nobody_escapes_the_register_by_calling_a_mail_automatic(header: str) -> None:
    intake = take(mail("Auto-Submitted: auto-replied", header))

    assert (intake.state, intake.mail.state, Case.objects.count()) == ("received", "taken", 0)
    with translation.override("sv"):
        assert intake.reason == gettext("It claims to be an automatic reply but is not a reply to any of our e-mails.")
    assert OutgoingMail.objects.count() == 0


def test_automatic_reply_to_the_address_of_a_case_waits_with_the_case_suggested() -> None:
    case = factories.make_case()

    intake = take(mail("Auto-Submitted: auto-replied", f"To: {make_reply_address(case)}"))

    assert (intake.state, case.records.count(), suggest_cases(intake)) == ("received", 1, [case])


def test_only_our_own_words_are_taken_for_an_echo() -> None:
    factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    echo = factories.make_incoming_mail(sent.as_message().message().as_bytes())
    abuse = mail(f"Message-ID: {sent.message_id}", "Subject: Nytt", body="Något helt annat.")

    take_due_mail()

    echo.refresh_from_db()
    abuse.refresh_from_db()
    assert (echo.state, abuse.state) == ("automatic", "taken")
    assert (abuse.intake.state, Case.objects.count()) == ("registered", 2)


@pytest.mark.parametrize(
    "marks",
    [
        ("Auto-Submitted: auto-generated",),
        ("Auto-Submitted: auto-replied",),
        ("Auto-Submitted: auto-replied", "In-Reply-To: {0}"),
        ("Precedence: bulk",),
        ("Return-Path: <>",),
        ("In-Reply-To: {0}",),
        (),
    ],
)
def test_robots_that_answer_each_other_for_an_hour_get_one_receipt_each(marks: tuple[str, ...]) -> None:
    """Two programs that answer every mail, also each other's, without saying that they are programs."""
    robots = ["robot-a@example.org", "robot-b@example.org"]
    start = datetime(2026, 5, 4, 10, tzinfo=UTC)
    with time_machine.travel(start):
        for robot in robots:
            mail("Subject: Hej", sender=robot)
    answered: set[int] = set()
    for minute in range(0, 60, 2):
        with time_machine.travel(start + timedelta(minutes=minute)):
            take_due_mail()
            for sent in OutgoingMail.objects.filter(to__in=robots).exclude(pk__in=answered):
                answered.add(sent.pk)
                for robot in robots:
                    headers = [mark.format(sent.message_id) for mark in marks]
                    mail(f"Message-ID: <{sent.pk}.{minute}.{robot}>", f"To: {sent.reply_to}", *headers, sender=robot)
            for robot in robots:
                mail(f"Subject: Svar {minute}", *[mark.format("<x@example.org>") for mark in marks], sender=robot)

    receipts = OutgoingMail.objects.filter(dispatch__kind="receipt").order_by("to")
    assert [receipt.to for receipt in receipts] == robots
    report = make_mailbox_report(timezone.localdate(start))
    assert report["fetched"] == IncomingMail.objects.count() > 60


@pytest.mark.parametrize(
    ("headers", "name", "receipts"),
    [
        (b"From: =?utf-8?Q?chef=40region.example=2C?= <o@ex.example>", "chef@region.example,", ["o@ex.example"]),
        (
            b"From: =?utf-8?Q?Region_V=C3=A4sternorrland_=3Cregistrator=40region.example=3E?= <falsk@ex.example>",
            "Region Västernorrland <registrator@region.example>",
            ["falsk@ex.example"],
        ),
        (b"From: =?iso-8859-1?Q?=D6berg=2C_=C5sa?= <asa@ex.example>", "Öberg, Åsa", ["asa@ex.example"]),
        (b"From: noreply@form.example\r\nReply-To: Sara <sara.prov@ex.example>", "", ["sara.prov@ex.example"]),
        (b"From: a@ex.example\r\nReply-To: b@ex.example, c@ex.example", "", ["b@ex.example"]),
        (b"From: noreply@form.example", "", []),
        (b"From: Bo <bo@ex.example>\r\nReply-To: no-reply@ex.example", "Bo", ["bo@ex.example"]),
        (b"From: =?utf-8?Q?chef=40region.example?=", "chef@region.example", []),
        (b"From: registrator@example.org", "", []),
        (b"From: x@ex.example\r\nX-Autorespond: ja", "", []),
    ],
)
def test_receipt_goes_to_where_the_sender_reads_answers_and_nowhere_else(
    headers: bytes, name: str, receipts: list[str]
) -> None:
    """RFC 2047, 6.2: structure before encoded words. RFC 5322, 3.6.2: answers go to Reply-To."""
    factories.make_incoming_mail(headers + b"\r\nSubject: Hej\r\n\r\nText.")

    take_due_mail()

    sent = OutgoingMail.objects.filter(dispatch__kind="receipt")
    assert list(sent.values_list("to", flat=True)) == receipts
    party = Party.objects.filter(role="sender").first()
    assert party is None or party.name == name


def test_answer_goes_where_the_sender_asked_for_it_and_a_reply_from_there_joins_the_case() -> None:
    case = take(mail("Reply-To: Sara <sara.prov@ex.example>", sender="noreply@form.example")).record.case
    officer = factories.make_user(Role.OFFICER)
    perform_act(Act.DISTRIBUTE, case, factories.make_user(Role.REGISTRAR), officer=officer)
    perform_act(Act.ACCEPT, case, officer)
    protect_identity(case.records.get().parties.get(), officer)

    answer = start_answer(case, officer)
    intake = take(mail(f"To: {make_reply_address(case)}", sender="sara.prov@ex.example"))

    assert (answer.to_name, answer.to_email) == ("Anna", "sara.prov@ex.example")
    assert (intake.record.case, intake.record.ordinal) == (case, 2)
    assert intake.record.parties.get().identity_is_protected


@pytest.mark.parametrize(
    "marks",
    [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "Return-Path: <>",
    ],
)
def test_answer_of_a_program_to_a_mail_of_ours_is_no_reply(marks: str) -> None:
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    incoming = mail(marks, f"In-Reply-To: {sent.message_id}", f"To: {make_reply_address(case)}")

    take_due_mail()

    incoming.refresh_from_db()
    assert (incoming.state, case.records.count()) == ("automatic", 1)


@pytest.mark.parametrize("marks", ["Precedence: list", "List-Id: <grannar.ex.example>"])
def test_reply_that_came_by_a_list_waits_for_the_registrar(marks: str) -> None:
    """People write on lists, but the party did not send this to the case."""
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")

    intake = take(mail(marks, f"In-Reply-To: {sent.message_id}"))

    assert (intake.state, case.records.count(), suggest_cases(intake)) == ("received", 1, [case])


@pytest.mark.parametrize("header", ["To", "Cc", "In-Reply-To", "References"])
def test_encoded_word_points_at_no_case(header: str) -> None:
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    target = make_reply_address(case) if header in ("To", "Cc") else sent.message_id.strip("<>")
    word = "".join(f"={byte:02X}" for byte in f"<{target}>".encode())

    intake = take(mail(f"{header}: =?utf-8?Q?{word}?="))

    assert intake.record.case != case


def test_long_subject_is_kept_whole_and_its_answer_bears_the_number() -> None:
    subject = "Överklagande " + "x" * 300
    case = take(mail(f"Subject: {subject}")).record.case
    officer = factories.make_user(Role.OFFICER)
    perform_act(Act.DISTRIBUTE, case, factories.make_user(Role.REGISTRAR), officer=officer)
    perform_act(Act.ACCEPT, case, officer)
    answer = start_answer(case, officer)
    answer = write_answer(answer, officer, {"subject": answer.subject, "body": "Svar."}, version=answer.version)

    send_answer(answer, officer, version=answer.version)

    sent = OutgoingMail.objects.get(dispatch__kind="answer")
    assert case.records.get(ordinal=1).subject == subject
    assert (len(sent.subject), sent.subject.endswith(f"x [{case.registration_number}]")) == (200, True)


def test_sender_gets_one_receipt_a_day() -> None:
    for number in range(3):
        mail(f"Subject: {number}")

    take_due_mail()

    assert (Case.objects.count(), OutgoingMail.objects.filter(dispatch__kind="receipt").count()) == (3, 1)


def test_bounce_is_told_on_the_case() -> None:
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    report = f"Status: 5.1.1\r\n\r\nMessage-ID: {sent.message_id}"
    bounce = mail("Return-Path: <>", "Subject: Undelivered", sender="mailer-daemon@example.org", body=report)

    take_due_mail()

    sent.refresh_from_db()
    bounce.refresh_from_db()
    assert (sent.state, bounce.state) == ("bounced", "bounce")
    assert [event.kind for event in case.events.all()] == ["registered", "mail_bounced"]


def test_report_of_a_mail_server_is_told_on_the_case() -> None:
    """As Postfix writes it: marked as an automatic reply, though it is a report (RFC 3464)."""
    case, sent, report = a_report("delivery-status", "Status: 5.2.2")

    take_due_mail()

    sent.refresh_from_db()
    report.refresh_from_db()
    assert (sent.state, report.state) == ("bounced", "bounce")
    assert report.note == sent.last_error == "Mottagarens brevlåda är full. Försök igen om några dagar."
    assert [event.kind for event in case.events.all()] == ["registered", "mail_bounced"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("delivery-status", "Status: 4.4.1"), ("delivery-status", "Status: 2.0.0"), ("disposition-notification", "")],
)
def test_delay_and_reading_are_kept_and_change_nothing(kind: str, status: str) -> None:
    case, sent, report = a_report(kind, status)

    take_due_mail()

    sent.refresh_from_db()
    report.refresh_from_db()
    assert (sent.state, report.state, case.events.count()) == ("queued", "automatic", 1)


def a_report(kind: str, status: str) -> tuple[Case, OutgoingMail, IncomingMail]:
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    report = mail(
        "Return-Path: <>",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type={kind}; boundary="x"',
        sender="mailer-daemon@mx.example.org",
        body=f"--x\r\n\r\nSorry.\r\n--x\r\nContent-Type: message/{kind}\r\n\r\n{status}\r\n"
        f"Original-Message-ID: {sent.message_id}\r\n--x--",
    )
    return case, sent, report
