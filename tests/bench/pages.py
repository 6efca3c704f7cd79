"""Shared by the benchmarks of pages: a database of their own, a visitor, and the timing."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

LIMIT = 0.3
"""Seconds in which 19 of 20 pages come."""


@contextmanager
def own_database() -> Iterator[str]:
    """Yield the name of a migrated, empty database that Django uses during the block."""
    from django.db import connection

    from tests import databases
    from tests.template_databases import migrated_template

    with databases.temporary_database(migrated_template().database) as name:
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


def as_if_long_in_use() -> None:
    """Vacuum and analyse as autovacuum would, for good query plans. Only the owner of the tables may."""
    from django.db import connection

    from tests import databases

    databases.query(connection.settings_dict["NAME"], "VACUUM ANALYZE", as_owner=True)


def visitor() -> Any:
    """Return a client whose pages are rendered anew in this process."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    return Client()


def time_pages(client: Any, pages: Mapping[str, str], rounds: int) -> list[str]:
    """Print the median and 95th percentile of each page's times, and its size. Return those over the limit."""
    print(f"\n{rounds} times each page, rendered anew, {os.cpu_count()} cores.\n")
    print(f"{'milliseconds':<32}{'p50':>8}{'p95':>8}{'kB':>8}")
    slow = []
    for name, address in pages.items():
        size = len(client.get(address).content)
        times = sorted(seconds(client, address) for _ in range(rounds))
        middle, nearly_all = times[rounds // 2], times[rounds * 95 // 100 - 1]
        print(f"{name:<32}{middle * 1000:>8.0f}{nearly_all * 1000:>8.0f}{size / 1000:>8.0f}", flush=True)
        if nearly_all > LIMIT:
            slow.append(name)
    return slow


def seconds(client: Any, address: str) -> float:
    """Return the seconds that the whole response takes."""
    started = time.perf_counter()
    answer = client.get(address)
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}.")
    if answer.streaming:
        for _part in answer:
            pass
    return time.perf_counter() - started


def refuse(slow: list[str]) -> None:
    """Exit with status 1 if a page is slower than allowed."""
    if slow:
        sys.exit(f"Slower than {LIMIT * 1000:.0f} ms in one of twenty: {', '.join(slow)}.")
    print("Each of them is fast enough.")
