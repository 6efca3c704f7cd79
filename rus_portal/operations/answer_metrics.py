"""How many answers there were, of which status, and how long they took: counted over the server's processes.

Each process counts in a file of its own, and whoever is asked adds them up. The file is locked while its process lives;
a process that starts goes on in one that is free, so a server whose processes come and go has no more files than
processes.
"""

import fcntl
import os
import time
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram, values

from rus_portal.operations.access_log import name_method

SIZE = 2**20
"""Bytes of a file: room for each method and status. Taken at once, since a disk that is full later would kill us."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def count_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count each answer and its time. Without METRICS_TOKEN nobody could ask, and nothing is counted."""
    if not settings.METRICS_TOKEN:
        raise MiddlewareNotUsed
    histogram = _make_histogram(Path(settings.METRICS_DIR))

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        histogram.labels(name_method(request), response.status_code).observe(time.perf_counter() - began)
        return response

    return middleware


@cache
def _make_histogram(folder: Path) -> Histogram:
    folder.mkdir(parents=True, exist_ok=True)
    place = _take_place(folder)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: place)
    return Histogram(
        "portal_http_request_duration_seconds",
        "Seconds until the answer to a request began, by method and status.",
        ["method", "status"],
        buckets=SECONDS,
        registry=None,  # the files are read instead
    )


def _take_place(folder: Path) -> int:
    """Return the number of the first file that no living process has locked. The kernel frees it when ours ends."""
    for number in count():
        file = os.open(folder / f"histogram_{number}.db", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            os.posix_fallocate(file, 0, SIZE)
            return number
    raise AssertionError("Numbers have no end.")
