"""Incoming and outgoing mail. The mailroom knows addresses and texts, never cases."""

from mailroom.models.incoming_mail import IncomingMail, MailboxReading, UnfetchedMail
from mailroom.models.outgoing_mail import MailAttachment, OutgoingMail
from mailroom.models.server_outage import MailServerOutage

__all__ = ["IncomingMail", "MailAttachment", "MailServerOutage", "MailboxReading", "OutgoingMail", "UnfetchedMail"]
