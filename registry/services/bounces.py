"""Mail that needs no answer: bounces (RFC 3464), automatic replies (RFC 3834), our own mail returned."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from mailroom.addresses import read_addresses
from mailroom.automatic import has_no_return_path, is_automatic, is_automatic_reply, is_from_list
from mailroom.headers import MESSAGE_ID, read_message_ids, read_raw_header
from mailroom.mime_parser import Mail, read_contents
from mailroom.models import IncomingMail, OutgoingMail
from registry import chain
from registry.models import Dispatch, Event

LOOKED_THROUGH = 200_000
STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
ROBOTS = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)


def classify_mail(mail: IncomingMail, parsed: Mail, raw: bytes) -> str:
    """Return the state of a mail that is certainly an automatic response to ours, empty if somebody must see it.

    Anyone can label a mail as automatic, so that alone keeps nothing out of the register.
    """
    if _is_echo(mail, parsed):
        return IncomingMail.State.AUTOMATIC
    if _may_be_report(parsed):
        text = raw[:LOOKED_THROUGH].decode("latin-1")
        sent = OutgoingMail.objects.filter(message_id__in=set(MESSAGE_ID.findall(text))).first()
        if sent:
            return _note_report(mail, parsed, sent, text)
    answers_by_itself = is_automatic(parsed) and not is_from_list(parsed) and _answers_ours(parsed)
    return IncomingMail.State.AUTOMATIC if answers_by_itself else ""


def _is_echo(mail: IncomingMail, parsed: Mail) -> bool:
    """Whether it is one of our own mails, word for word: the Message-ID alone is known to its recipients."""
    sent = OutgoingMail.objects.filter(message_id=mail.message_id).first() if mail.message_id else None
    if sent is None:
        return False
    contents = read_contents(parsed)
    return contents.text.split() == sent.body.split() and len(contents.files) == sent.attachments.count()


def _answers_ours(parsed: Mail) -> bool:
    named = read_message_ids(parsed, "In-Reply-To", "References")
    return OutgoingMail.objects.filter(message_id__in=named).exists()


def _may_be_report(parsed: Mail) -> bool:
    """Whether it is a report on a mail (RFC 6522), or what servers send instead of reports."""
    senders = read_addresses(parsed, "From")
    return parsed.get_content_type() == "multipart/report" or (
        (has_no_return_path(parsed) or not read_raw_header(parsed, "Return-Path"))
        and any(ROBOTS.match(address) for _name, address in senders)
    )


def _note_report(mail: IncomingMail, parsed: Mail, sent: OutgoingMail, text: str) -> str:
    """Note a bounce of our mail. Reports of delay, delivery or reading (RFC 8098) are only stored."""
    found = STATUS.search(text)
    code = found[1] if found else ""
    was_read = "disposition-notification" in read_raw_header(parsed, "Content-Type").lower()
    if was_read or code.startswith(("2", "4")) or (is_automatic_reply(parsed) and not code):
        return IncomingMail.State.AUTOMATIC
    mail.note = explain_status(code)[:300]
    sent.state, sent.last_error = OutgoingMail.State.BOUNCED, mail.note
    sent.save(update_fields=["state", "last_error"])
    dispatch = Dispatch.objects.filter(mail=sent).select_related("case__series").first()
    if dispatch:
        chain.append_event(
            Event.Kind.MAIL_BOUNCED, case=dispatch.case, to=sent.to, message_id=sent.message_id, reason=mail.note
        )
    return IncomingMail.State.BOUNCE


def explain_status(code: str) -> str:
    """Return what a status code (RFC 3463) means, in a sentence for staff."""
    with translation.override(settings.LANGUAGE_CODE):
        sentences = {
            "1.1": _("This address does not exist. Find another way to contact the recipient."),
            "1.2": _("The recipient's mail server does not exist. Check the address."),
            "1.10": _("The recipient's mail server does not exist. Check the address."),
            "2.1": _("The recipient's mailbox is closed. Find another way to contact the recipient."),
            "2.2": _("The recipient's mailbox is full. Try again in a few days."),
            "2.3": _("The e-mail was too large for the recipient. Send it without attachments."),
            "3.4": _("The e-mail was too large for the recipient. Send it without attachments."),
            "7.1": _("The recipient's mail server refused the e-mail. Ask the site administrator why."),
        }
        other = _("The e-mail could not be delivered. Find another way to contact the recipient.")
        return sentences.get(code.partition(".")[2], other)
