"""Mail that comes in: which case it belongs to, and that nothing is lost whatever it looks like."""

import random

import pytest

from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, Intake
from registry.reply_address import address_for
from registry.services.mail_in import attach_to_case, mailbox_report, suggestions, take_due
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


def test_automatic_reply_is_kept_without_number_or_receipt() -> None:
    incoming = mail("Subject: Frånvaro", "Auto-Submitted: auto-replied")

    assert take_due() == 1

    incoming.refresh_from_db()
    assert (incoming.state, Case.objects.count(), OutgoingMail.objects.count()) == ("automatic", 0, 0)


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
