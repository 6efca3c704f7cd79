import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mailroom import outbox
from mailroom.models import OutgoingMail
from mailroom.models.outgoing_mail import ATTEMPTS_AT_MOST

pytestmark = pytest.mark.django_db


def queue_one(**changes: str) -> OutgoingMail:
    return outbox.queue_mail(**{"to": "a@example.org", "subject": "Hej", "body": "Text", "language": "sv", **changes})


def test_send_due_sends_each_mail_once_under_its_own_message_id() -> None:
    queued = queue_one()

    assert (outbox.send_due_mail(), outbox.send_due_mail()) == (1, 0)

    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [queued.message_id]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("sent", 1)


def test_subject_cannot_smuggle_in_a_header() -> None:
    queued = queue_one(subject="Hej\r\nBcc: all@example.org")

    assert queued.subject == "Hej Bcc: all@example.org"


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Hej\x85Bcc: a@b.se\u2028To: c@d.se\x0b", "Hej Bcc: a@b.se To: c@d.se"),
        ("=?utf-8?Q?Beslut=0D=0ABcc:_a=40b.se?=", "= ?utf-8?Q?Beslut=0D=0ABcc:_a=40b.se?="),
    ],
)
def test_subject_that_others_wrote_is_one_line_of_text(subject: str, kept: str) -> None:
    """What looks like an encoded word would be decoded by the recipient's program (RFC 2047, 2)."""
    queue_one(subject=subject)
    outbox.send_due_mail()

    assert mail.outbox[0].message()["Subject"] == kept


@pytest.mark.parametrize(
    ("message_id", "kept"),
    [
        ("<a@b.se>", "<a@b.se>"),
        ("<a@b.se>\r\nBcc: <c@d.se>", ""),
        ("<a@b.se><c@d.se>", ""),
        ("a@b.se", ""),
        ("<å@b.se>", ""),
        ("", ""),
    ],
)
def test_answered_message_id_is_one_or_none(message_id: str, kept: str) -> None:
    assert queue_one(in_reply_to=message_id).in_reply_to == kept


def test_failed_attempt_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    queued = queue_one()
    monkeypatch.setattr("mailroom.outbox.get_connection", _Refusing)

    outbox.send_due_mail()

    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("queued", 1)
    assert "451" in queued.last_error
    assert timezone.now() < queued.due_at <= timezone.now() + timedelta(seconds=30)
    assert outbox.send_due_mail() == 0


def test_gives_up_visibly_after_the_last_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    queued = queue_one()
    monkeypatch.setattr("mailroom.outbox.get_connection", _Refusing)

    for _ in range(ATTEMPTS_AT_MOST):
        OutgoingMail.objects.update(due_at=timezone.now())
        outbox.send_due_mail()

    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == ("failed", ATTEMPTS_AT_MOST)


class _Refusing:
    """A mail server that lets us in, and takes no mail for now."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send_messages(self, _messages: object) -> None:
        raise smtplib.SMTPResponseException(451, b"try later")
