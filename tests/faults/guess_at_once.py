"""16 threads guess a thousand passwords of one account, then a thousand names from one address.

Run as a program with the database to use in POSTGRES_DATABASE; prints how many guesses were let through of each.
"""

import os
import threading
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from accounts.lockout import LockedError, count_attempt, list_password_targets  # noqa: E402

THREADS, GUESSES = 16, 1000


def count_let_through(name: Callable[[int], str], address: Callable[[int], str]) -> int:
    passed: list[int] = []

    def guess_in_turn(first: int) -> None:
        for number in range(first, GUESSES, THREADS):
            try:
                request = RequestFactory().post("/", REMOTE_ADDR=address(number))
                count_attempt(list_password_targets(request, name(number)))
            except LockedError:
                continue
            passed.append(number)
        connection.close()

    threads = [threading.Thread(target=guess_in_turn, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(passed)


def main() -> None:
    print(count_let_through(lambda _n: "anna", lambda n: f"192.0.{n // 250}.{n % 250}"))
    print(count_let_through(lambda n: f"user-{n}", lambda _n: "192.0.2.251"))


if __name__ == "__main__":
    main()
