"""Threads that report on the same activities, merge them into each other, and send the same week's digests, at once.

Run as a program with the database to use in POSTGRES_DATABASE; prints how many reports and merges were refused.
"""

import os
import threading
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from actionplans.models import Activity  # noqa: E402
from actionplans.services.reminders import send_digests  # noqa: E402
from actionplans.services.reports import write_report  # noqa: E402
from tests import factories  # noqa: E402

THREADS, ACTIVITIES = 8, 6
broken: list[Exception] = []


def at_once(acts: list[Callable[[], object]]) -> int:
    """Do all of it at the same moment, each in a thread of its own. Return how many were refused."""
    refused: list[ValidationError] = []
    together = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
        except ValidationError as error:
            refused.append(error)
        except Exception as error:  # noqa: BLE001 - counted, and so told
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)


def main() -> None:
    user, today = factories.make_user(), timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    due = {"contact": factories.make_staff(), "ends_on": monday + timedelta(days=7)}
    activities = [factories.make_activity(**due) for _n in range(ACTIVITIES)]

    def finish(activity: Activity) -> object:
        return write_report(activity, after="done", text_sv="Klart.", by=user, expected_before="ongoing")

    def merge(one: Activity, other: Activity) -> object:
        return write_report(one, after="merged", text_sv="x", by=user, reason_sv="y", merged_into=other)

    at_once([lambda: send_digests(monday)] * THREADS)
    late = [at_once([lambda each=activity: finish(each)] * THREADS) for activity in activities]  # type: ignore[misc]
    pairs = [(factories.make_activity(), factories.make_activity()) for _n in range(ACTIVITIES)]
    circles = [at_once([lambda a=a, b=b: merge(a, b), lambda a=a, b=b: merge(b, a)]) for a, b in pairs]  # type: ignore[misc]
    print(*late, *circles, *broken)


if __name__ == "__main__":
    main()
