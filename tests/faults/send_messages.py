"""Register as many messages as told, each with a file. Run as a program with the database in POSTGRES_DATABASE."""

import os
import sys
import uuid
from io import BytesIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from registry.services import registration  # noqa: E402


def main(count: int) -> None:
    for number in range(count):
        file = registration.Attachment(f"Bilaga {number}.txt", "text/plain", BytesIO(b"Bilagans text"))
        message = registration.Message(
            token=uuid.uuid4(),
            subject="Säkerhetskopia",
            body="x",
            language="sv",
            addressee="Registrator",
            addressee_email="registrator@example.org",
            attachments=[file],
        )
        print(registration.receive_message(message).record.case.registration_number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
