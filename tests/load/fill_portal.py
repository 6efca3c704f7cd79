"""Fill a portal with mail: `python -m tests.load.fill_portal MEGABYTES`.

An arrival is kept as it came, with the attachment in base64, so of twelve megabytes seven are rows and five are files.
"""

import os
import sys
from email.message import EmailMessage

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
MEGABYTE = 2**20
ATTACHMENT = 5 * MEGABYTE
OF_BOTH = ATTACHMENT * 4 // 3 + ATTACHMENT
CASES = 20_000


def main(megabytes: int) -> None:
    """Register cases without files, then mail with one each, whose bytes cannot be compressed."""
    from django.db import transaction

    from registry import chain
    from registry.services.mail_intake import take_due_mail
    from tests.bench.verify import generate
    from tests.factories import make_incoming_mail

    generate(CASES)
    for number in range(megabytes * MEGABYTE // OF_BOTH):
        with transaction.atomic():
            make_incoming_mail(_write_mail(number))
            chain.state_changes("fetched")
        take_due_mail()


def _write_mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Anna Andersson <anna@example.org>", f"Ritning {number}"
    mail.set_content("Här kommer en ritning.")
    mail.add_attachment(os.urandom(ATTACHMENT), "application", "octet-stream", filename=f"{number}.bin")
    return mail.as_bytes()


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
