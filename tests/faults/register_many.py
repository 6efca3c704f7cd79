"""32 threads register 100 messages each, and every seventh attempt fails on purpose before its commit.

Run as a program with the database to use in POSTGRES_DATABASE; prints how many were registered.
"""

import os
import random
import threading
import uuid
from collections.abc import Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from django.db import connection  # noqa: E402

from registry.models import Dispatch  # noqa: E402
from registry.services import registration  # noqa: E402

THREADS, MESSAGES = 32, 100
real_queue = registration.queue_dispatches
registered: list[str] = []


class InjectedError(Exception):
    """Any error after the number was taken."""


def queue_or_fail(dispatches: Sequence[Dispatch]) -> None:
    real_queue(dispatches)
    if random.random() < 1 / 7:  # noqa: S311
        raise InjectedError


def register_until_done() -> None:
    for _ in range(MESSAGES):
        message = registration.Message(
            token=uuid.uuid4(),
            subject="Samtidigt",
            body="x",
            language="sv",
            addressee="Registrator",
            addressee_email="registrator@example.org",
        )
        while True:
            try:
                intake = registration.receive_message(message)
            except InjectedError:
                continue
            registered.append(intake.record.case.registration_number)
            break
    connection.close()


def main() -> None:
    registration.queue_dispatches = queue_or_fail
    threads = [threading.Thread(target=register_until_done) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(registered), len(set(registered)))


if __name__ == "__main__":
    main()
