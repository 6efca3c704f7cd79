"""Fill a portal: `python -m tests.load.fill_portal MEGABYTES`. Half of it are files, half are rows."""

import io
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
MEGABYTE = 2**20
LETTER, ATTACHMENT = 2 * MEGABYTE, 5 * MEGABYTE
CASES = 20_000


def main(megabytes: int) -> None:
    """Register cases, take in letters by mail that nobody has read yet, and messages with files."""
    from registry.services.registration import Attachment, receive_message
    from tests.bench.verify import generate
    from tests.factories import make_incoming_mail, make_message

    generate(CASES)
    for _letter in range(megabytes * MEGABYTE // 2 // LETTER):
        # A letter of this kind stands in the database until it is registered. Its bytes cannot be compressed.
        make_incoming_mail(b"Subject: Stor\r\n\r\n" + os.urandom(LETTER))
    for number in range(megabytes * MEGABYTE // 2 // ATTACHMENT):
        content = io.BytesIO(os.urandom(ATTACHMENT))
        receive_message(make_message(attachments=[Attachment(f"{number}.bin", "application/octet-stream", content)]))


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))
