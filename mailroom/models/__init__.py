"""Incoming and outgoing mail. The mailroom knows addresses and texts, never cases."""

from mailroom.models.incoming_mail import IncomingMail, MailboxReading, UnfetchedMail
from mailroom.models.outgoing_mail import MailAttachment, OutgoingMail

__all__ = ["IncomingMail", "MailAttachment", "MailboxReading", "OutgoingMail", "UnfetchedMail"]
