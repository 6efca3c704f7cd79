from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mailroom import inbox
from mailroom.server_faults import explain_fault


class Command(BaseCommand):
    help = (
        "Read the mailbox of INBOX_URL until nothing new is left. Each mail is stored and committed before it is "
        "marked as read on the server. The worker does the same every minute; this is for doing it now. "
        "Exit code 1: the mailbox could not be read."
    )

    def handle(self, **options: Any) -> None:
        if not settings.INBOX_URL:
            raise CommandError("No mailbox is set. Set INBOX_URL, such as imaps://user:password@host:993/INBOX.")
        try:
            address = inbox.Address.parse(settings.INBOX_URL)
            stored = 0
            for mail in inbox.fetch_mails(address, at_most=2**31):
                stored += 1
                if options["verbosity"] > 1 or stored % 100 == 0:
                    self.stdout.write(f"{stored}: UID {mail.uid}, {mail.size} bytes")
        except inbox.FAULTS as error:
            raise CommandError(f"{explain_fault(error)} ({type(error).__name__}: {error})") from error
        self.stdout.write(f"{stored} new in {address}.")
