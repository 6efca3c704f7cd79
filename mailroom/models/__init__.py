"""Incoming and outgoing mail. The mailroom knows addresses and texts, never cases."""

from mailroom.models.incoming import IncomingMail, MailboxReading, UnfetchedMail
from mailroom.models.outgoing import MailAttachment, OutgoingMail

__all__ = ["IncomingMail", "MailAttachment", "MailboxReading", "OutgoingMail", "UnfetchedMail"]
