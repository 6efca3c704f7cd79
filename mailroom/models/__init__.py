"""Mail as it came and mail to send.

It knows addresses and texts, never cases: whoever queues a mail says what it is about.
"""

from mailroom.models.incoming import IncomingMail, MailboxReading, UnfetchedMail
from mailroom.models.outgoing import MailAttachment, OutgoingMail

__all__ = ["IncomingMail", "MailAttachment", "MailboxReading", "OutgoingMail", "UnfetchedMail"]
