"""Mail that nobody is to answer: bounces of what we sent (RFC 3464), automatic replies (RFC 3834), our own echo."""

import re

from django.utils import translation
from django.utils.translation import gettext as _

from mailroom.models import IncomingMail, OutgoingMail
from registry import chain, mail_text
from registry.models import Dispatch, Event
from registry.services import STAFF_LANGUAGE

LOOKED_THROUGH = 200_000
STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
ROBOTS = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)


def judge(mail: IncomingMail, parsed: mail_text.Mail, raw: bytes) -> str:
    """How a mail is kept that is certainly automatic; nothing for one that is to be registered."""
    if mail.message_id and OutgoingMail.objects.filter(message_id=mail.message_id).exists():
        return IncomingMail.State.AUTOMATIC
    if _may_be_bounce(parsed):
        text = raw[:LOOKED_THROUGH].decode("latin-1")
        sent = OutgoingMail.objects.filter(message_id__in=set(mail_text.MESSAGE_ID.findall(text))).first()
        if sent:
            return _bounced(mail, sent, text)
    submitted = mail_text.header(parsed, "Auto-Submitted").lower()
    return IncomingMail.State.AUTOMATIC if submitted.startswith("auto-replied") else ""


def _may_be_bounce(parsed: mail_text.Mail) -> bool:
    senders = mail_text.addresses(parsed, "From")
    return (
        parsed.get_content_type() == "multipart/report"
        or mail_text.header(parsed, "Return-Path") == "<>"
        or any(ROBOTS.match(address) for _name, address in senders)
    )


def _bounced(mail: IncomingMail, sent: OutgoingMail, text: str) -> str:
    found = STATUS.search(text)
    code = found[1] if found else ""
    if code.startswith(("2", "4")) or "auto-replied" in text.partition("\n\n")[0].lower():
        return IncomingMail.State.AUTOMATIC
    mail.note = in_plain_words(code)[:300]
    sent.state, sent.last_error = OutgoingMail.State.BOUNCED, mail.note
    sent.save(update_fields=["state", "last_error"])
    dispatch = Dispatch.objects.filter(mail=sent).select_related("case__series").first()
    if dispatch:
        chain.append(Event.Kind.MAIL_BOUNCED, case=dispatch.case, message_id=sent.message_id, reason=mail.note)
    return IncomingMail.State.BOUNCE


def in_plain_words(code: str) -> str:
    """What a status code (RFC 3463) means for whoever wrote."""
    with translation.override(STAFF_LANGUAGE):
        sentences = {
            "1.1": _("There is no such address. Look for another way to reach the recipient."),
            "1.2": _("The recipient's mail server does not exist. Check the address."),
            "1.10": _("The recipient's mail server does not exist. Check the address."),
            "2.1": _("The recipient's mailbox is closed. Look for another way to reach the recipient."),
            "2.2": _("The recipient's mailbox is full. Try again in a few days."),
            "2.3": _("The mail was too large for the recipient. Send it without attachments."),
            "3.4": _("The mail was too large for the recipient. Send it without attachments."),
            "7.1": _("The recipient's mail server refused the mail. Ask who runs the site why."),
        }
        other = _("The mail could not be delivered. Look for another way to reach the recipient.")
        return sentences.get(code.partition(".")[2], other)
