"""Mail that comes in: which case it belongs to, and that nothing is lost whatever it looks like."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.utils import timezone, translation
from django.utils.translation import gettext

from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, Intake
from registry.reply_address import address_for
from registry.services.disposal import carry_out, decide
from registry.services.mail_in import attach_to_case, mailbox_report, suggestions, take_due
from registry.services.receiving import receive
from rus_portal.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def mail(*headers: str, sender: str = "anna@example.org", body: str = "Hemlig text.") -> IncomingMail:
    lines = [f"From: Anna <{sender}>", *headers, "", body, ""]
    return factories.make_incoming_mail("\r\n".join(lines).encode())


def take(incoming: IncomingMail) -> Intake:
    assert take_due() == 1
    return Intake.objects.get(mail=incoming)


def test_mail_that_points_at_nothing_becomes_a_case_with_a_receipt() -> None:
    incoming = mail("Subject: En fr=?utf-8?q?=C3=A5?=ga", "Message-ID: <a@example.org>")
    raw = bytes(incoming.raw)

    intake = take(incoming)

    incoming.refresh_from_db()
    assert (bytes(incoming.raw), bytes(intake.raw), incoming.state) == (b"", raw, "taken")
    assert (intake.record.body, intake.record.ordinal) == ("Hemlig text.", 1)
    receipt = OutgoingMail.objects.get(dispatch__kind="receipt")
    assert (receipt.to, receipt.in_reply_to) == ("anna@example.org", "<a@example.org>")
    assert receipt.reply_to == address_for(intake.record.case)
    assert "Hemlig" not in receipt.as_message().message().as_string()


def test_answer_of_a_known_sender_joins_its_case() -> None:
    case = factories.make_case()

    intake = take(mail("Subject: Re", f"To: {address_for(case)}"))

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
        "sender": f"To: {address_for(case)}",
        "code": f"To: diariet+{case.pk}.{'0' * 20}@example.org",
        "number": f"Subject: {case.registration_number}",
    }
    sender = "eva@example.org" if forgery == "sender" else "anna@example.org"

    intake = take(mail(headers[forgery], sender=sender))

    assert (intake.state, case.records.count(), suggestions(intake)) == ("received", 1, [case])
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

    assert take_due() == 1

    incoming.refresh_from_db()
    assert (incoming.state, Intake.objects.filter(mail=incoming).count()) == ("automatic", 0)
    assert (Case.objects.count(), OutgoingMail.objects.count()) == (1, before)


@pytest.mark.parametrize("header", ["Subject: Hej", "In-Reply-To: <guess@example.org>", "Return-Path: <>"])
def test_nobody_escapes_the_register_by_calling_a_mail_automatic(header: str) -> None:
    intake = take(mail("Auto-Submitted: auto-replied", header))

    assert (intake.state, intake.mail.state, Case.objects.count()) == ("received", "taken", 0)
    with translation.override("sv"):
        assert intake.reason == gettext("It says that it is an automatic reply, but it answers none of our mails.")
    assert OutgoingMail.objects.count() == 0


def test_automatic_reply_to_the_address_of_a_case_waits_with_the_case_suggested() -> None:
    case = factories.make_case()

    intake = take(mail("Auto-Submitted: auto-replied", f"To: {address_for(case)}"))

    assert (intake.state, case.records.count(), suggestions(intake)) == ("received", 1, [case])


def test_only_our_own_words_are_taken_for_an_echo() -> None:
    factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    echo = factories.make_incoming_mail(sent.as_message().message().as_bytes())
    abuse = mail(f"Message-ID: {sent.message_id}", "Subject: Nytt", body="Något helt annat.")

    take_due()

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
    """Two robots that answer every mail, also each other's; the worst say nowhere that they are robots."""
    robots = ["robot-a@example.org", "robot-b@example.org"]
    start = datetime(2026, 5, 4, 10, tzinfo=UTC)
    with time_machine.travel(start):
        for robot in robots:
            mail("Subject: Hej", sender=robot)
    answered: set[int] = set()
    for minute in range(0, 60, 2):
        with time_machine.travel(start + timedelta(minutes=minute)):
            take_due()
            for sent in OutgoingMail.objects.filter(to__in=robots).exclude(pk__in=answered):
                answered.add(sent.pk)
                for robot in robots:
                    headers = [mark.format(sent.message_id) for mark in marks]
                    mail(f"Message-ID: <{sent.pk}.{minute}.{robot}>", f"To: {sent.reply_to}", *headers, sender=robot)
            for robot in robots:
                mail(f"Subject: Svar {minute}", *[mark.format("<x@example.org>") for mark in marks], sender=robot)

    receipts = OutgoingMail.objects.filter(dispatch__kind="receipt").order_by("to")
    assert [receipt.to for receipt in receipts] == robots
    report = mailbox_report(timezone.localdate(start))
    assert report["fetched"] == IncomingMail.objects.count() > 60


def test_sender_gets_one_receipt_a_day() -> None:
    for number in range(3):
        mail(f"Subject: {number}")

    take_due()

    assert (Case.objects.count(), OutgoingMail.objects.filter(dispatch__kind="receipt").count()) == (3, 1)


def test_bounce_is_told_on_the_case() -> None:
    case = factories.make_case()
    sent = OutgoingMail.objects.get(dispatch__kind="receipt")
    report = f"Status: 5.1.1\r\n\r\nMessage-ID: {sent.message_id}"
    bounce = mail("Return-Path: <>", "Subject: Undelivered", sender="mailer-daemon@example.org", body=report)

    take_due()

    sent.refresh_from_db()
    bounce.refresh_from_db()
    assert (sent.state, bounce.state) == ("bounced", "bounce")
    assert [event.kind for event in case.events.all()] == ["registered", "mail_bounced"]


def test_report_of_a_mail_server_is_told_on_the_case() -> None:
    """As Postfix writes it: marked as an automatic reply, though it is a report (RFC 3464)."""
    case, sent, report = a_report("delivery-status", "Status: 5.2.2")

    take_due()

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

    take_due()

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


def test_mail_of_25_megabytes_is_kept_whole_with_its_file() -> None:
    content = random.Random(7).randbytes(18_700_000)  # noqa: S311
    raw = a_mail_with("stor.bin", "application/octet-stream", content)
    assert len(raw) > 25_000_000
    incoming = factories.make_incoming_mail(raw)

    intake = take(incoming)

    assert bytes(intake.raw) == raw
    (file,) = intake.files.all()
    assert (file.original_name, file.size, file.checksum) == (
        "stor.bin",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert intake.record.body == "Se bilagan."


def test_winmail_is_kept_as_a_file() -> None:
    """What Outlook wraps a mail's files in (TNEF) is kept as it is."""
    content = b"\x78\x9f\x3e\x22\x01\x00\x01\x06\x90\x08\x00"

    intake = take(factories.make_incoming_mail(a_mail_with("winmail.dat", "application/ms-tnef", content)))

    (file,) = intake.files.all()
    assert (file.original_name, file.content_type, file.size) == (
        "winmail.dat",
        "application/octet-stream",
        len(content),
    )


def a_mail_with(name: str, content_type: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anna@example.org", "Med bilaga"
    message.set_content("Se bilagan.")
    maintype, _slash, subtype = content_type.partition("/")
    message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


def test_no_malformed_mail_is_lost() -> None:
    chance = random.Random(7)  # noqa: S311
    seed = (
        b"From: \xe5 <a@b.se>\r\nSubject: =?x-none?q?=00?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    )
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000))
    mails = [
        b"",
        b"\0",
        b"\r\n\r\n",
        nested,
        b"From: a\0@b.se\r\n\r\n\xff\xfe",
        b"Content-Type: text/plain; charset=x\r\n\r\n\xe5",
    ]
    for number in range(200):
        raw = bytearray(seed + b"Content-Disposition: attachment; filename*=utf-9''%%FF\r\n\r\nx\r\n--x--%d" % number)
        for _n in range(12):
            raw[chance.randrange(len(raw) - 4)] = chance.randrange(256)
        mails.append(bytes(raw))
    for raw in mails:
        factories.make_incoming_mail(raw)

    assert take_due() == len(mails)

    report = mailbox_report()
    assert (report["fetched"], report["waiting"]) == (len(mails), 0)
    assert sum(report.values()) == 2 * len(mails)


@pytest.mark.parametrize("channel", ["mail", "web_form"])
def test_page_of_a_disposed_arrival_opens_and_tells_nothing_of_it(log_in: object, channel: str) -> None:
    if channel == "mail":
        intake = take(mail("Auto-Submitted: auto-replied", "Subject: Hemligt"))
    else:
        intake = receive(
            factories.make_message(subject="Hemligt", body="Hemlig text."), quarantine_reason="För snabbt."
        )
    client = log_in(Role.REGISTRAR)  # type: ignore[operator]
    url = f"/admin/registry/intake/{intake.pk}/change/"
    before = client.get(url).content.decode()
    archivist = factories.make_user(Role.ARCHIVIST)
    carry_out(decide(factories.make_disposal(intakes=[intake]), archivist), archivist)

    page = client.get(url)

    intake.refresh_from_db()
    assert (intake.state, bytes(intake.raw), page.status_code) == ("disposed", b"", 200)
    assert ("Hemlig" in before, "Hemlig" in page.content.decode()) == (True, False)
