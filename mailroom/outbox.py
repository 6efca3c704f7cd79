"""The outbox: mail is queued inside the caller's transaction and sent by the worker."""

import logging
import smtplib
from typing import Any

from django.core.mail import get_connection
from django.db import DatabaseError, transaction

from jobs.wake_up import notify_worker
from mailroom import journal
from mailroom.headers import MESSAGE_ID
from mailroom.models import OutgoingMail
from mailroom.models.outgoing_mail import make_message_id

PERMANENT = 500
logger = logging.getLogger(__name__)


def queue_mail(**fields: Any) -> OutgoingMail:
    """Put a mail, described as for `make_mail`, in the outbox. It is sent only if the caller's transaction commits."""
    mail = make_mail(**fields)
    mail.save()
    notify_worker()
    return mail


def make_mail(*, to: str, subject: str, body: str, language: str, **fields: Any) -> OutgoingMail:
    """Return a mail that is not in the outbox yet.

    `fields` are the optional ones of `OutgoingMail`: reply_to, in_reply_to, is_personal, is_secret. Subject and
    in_reply_to may come from others, so line breaks, encoded words and more than one Message-ID are removed.
    """
    one_line = " ".join(subject.replace("=?", "= ?").split())[:200]
    answered = MESSAGE_ID.fullmatch(fields.pop("in_reply_to", ""))
    in_reply_to = answered[0] if answered and answered[0].isascii() else ""
    return OutgoingMail(
        to=to,
        subject=one_line,
        body=body,
        language=language,
        message_id=make_message_id(),
        in_reply_to=in_reply_to,
        **fields,
    )


def send_due_mail() -> int:
    """Send all due mail, each in a transaction of its own. Return how many were tried."""
    tried = 0
    while _send_next():
        tried += 1
    return tried


@transaction.atomic
def _send_next() -> bool:
    mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).first()
    if mail is None:
        return False
    try:
        get_connection().send_messages([mail.as_message()])
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad mail must not stop the others
        logger.warning("Mail %s could not be sent: %s", mail.pk, error)
        mail.mark_failed_attempt(f"{type(error).__name__}: {error}", is_final=_is_final(error))
        journal.note_change([mail], "not sent")
    else:
        mail.mark_sent()
        journal.note_change([mail], "sent")
    return True


def _is_final(error: Exception) -> bool:
    """Whether the server refused the mail for good: 5xx (RFC 5321, 4.2.1). Refused logins may be corrected."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT
