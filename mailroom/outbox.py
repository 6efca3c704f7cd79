"""The outbox: mail is queued inside the caller's transaction and sent by the worker."""

import logging
import smtplib
from contextlib import suppress
from typing import Any

from django.core.mail import get_connection
from django.db import DatabaseError, transaction
from django.utils import timezone

from jobs.rows import RoundOverError, do_rows
from jobs.wake_up import notify_worker
from mailroom import journal
from mailroom.headers import MESSAGE_ID
from mailroom.models import MailServerOutage, OutgoingMail
from mailroom.models.outgoing_mail import KEPT_TRYING, make_message_id
from mailroom.server_faults import explain_fault

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
    """Send due mail, each in a transaction of its own. Return how many were tried.

    A mail server that lets nobody in costs one attempt at a time, not one for each mail (`MailServerOutage`). One that
    breaks off or hangs ends the round: the next mail might hang as long, and other work waits.
    """
    return do_rows(OutgoingMail.objects.due(), _send)


def _send(pk: int) -> bool:
    may_go_on = _try_to_send(pk)
    if may_go_on is False:
        raise RoundOverError(done=0)
    return bool(may_go_on)


@transaction.atomic
def _try_to_send(pk: int) -> bool | None:
    """Return whether the server may be given the next mail at once; None if another worker has this one."""
    outage = MailServerOutage.objects.first()
    if outage and outage.due_at > timezone.now():
        return False
    mail = OutgoingMail.objects.due().select_for_update(skip_locked=True).filter(pk=pk).first()
    if mail is None:
        return None
    server = get_connection()
    try:
        server.open()
    except Exception as error:  # noqa: BLE001 - whatever the server says before it has been given a mail
        logger.warning("The mail server cannot be used: %s", error)
        _note_outage(outage, error)
        return False
    if outage:
        _end_outage(outage)
    return _give(mail, server)


def _give(mail: OutgoingMail, server: Any) -> bool:
    """Send a mail, or note why not. Return whether the server may be given the next one at once."""
    try:
        server.send_messages([mail.as_message()])
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - one bad mail must not stop the others
        logger.warning("Mail %s could not be sent: %s", mail.pk, error)
        mail.mark_failed_attempt(f"{type(error).__name__}: {error}", is_final=_is_final(error))
        journal.note_change([mail], "not sent")
        return not isinstance(error, smtplib.SMTPServerDisconnected)
    else:
        mail.mark_sent()
        journal.note_change([mail], "sent")
        return True
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the server has given its answer
            server.close()


def _note_outage(outage: MailServerOutage | None, error: Exception) -> None:
    """Let all mail wait, and give up what has waited for as long as we keep trying."""
    outage = outage or MailServerOutage(pk=MailServerOutage.ONLY)
    outage.note_attempt(explain_fault(error))
    long_ago = timezone.now() - KEPT_TRYING
    if outage.began_at > long_ago:
        return
    given_up = list(OutgoingMail.objects.due().filter(created_at__lte=long_ago).select_for_update(skip_locked=True))
    for mail in given_up:
        mail.mark_failed_attempt(outage.fault, is_final=True)
        journal.note_change([mail], "not sent")


def _end_outage(outage: MailServerOutage) -> None:
    """Let all mail go at once that waits for another attempt."""
    outage.delete()
    OutgoingMail.objects.queued().update(due_at=timezone.now())
    notify_worker()  # this round has its list of mail already


def _is_final(error: Exception) -> bool:
    """Whether the server refused the mail for good: 5xx (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT
