"""The registrar's view of the mailbox: whether all mail of today is accounted for, and what needs attention."""

from typing import Any

from django.conf import settings
from django.db.models import F

from mailroom.models import IncomingMail, MailboxReading, UnfetchedMail
from registry.services.mail_intake import make_mailbox_report

ROWS = 10


def mailbox_context() -> dict[str, Any]:
    """Return the day's mail by outcome, mailboxes with their faults, mail not fetched or given up. Four queries."""
    given_up = IncomingMail.objects.given_up().defer("raw")
    return {
        "is_connected": bool(settings.INBOX_URL),
        "report": make_mailbox_report(),
        "readings": MailboxReading.objects.order_by(F("read_at").desc(nulls_last=True))[:ROWS],
        "unfetched": UnfetchedMail.objects.select_related("reading").order_by("pk")[:ROWS],
        "given_up": given_up.order_by("received_at", "pk")[:ROWS],
    }
