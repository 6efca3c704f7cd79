"""Disposals and deliveries are killed repeatedly; each is done completely or not at all."""

import random
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from tests import databases
from tests.processes import child_environment, manage

CASES, KILLS = 45, 12


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.archive_cases", *arguments]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=child_environment(environment))


def test_killed_disposals_and_deliveries_are_whole(empty_registry_database: str, tmp_path: Path) -> None:
    environment = databases.environment(empty_registry_database) | {"VAR_DIR": str(tmp_path)}
    assert start(environment, "prepare", str(CASES)).wait() == 0
    killed = 0
    for _attempt in range(KILLS):
        working = start(environment)
        done = databases.query(empty_registry_database, "SELECT count(*) FROM registry_event")
        while working.poll() is None and done == databases.query(
            empty_registry_database, "SELECT count(*) FROM registry_event"
        ):
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.15))  # noqa: S311
        working.kill()
        killed += working.wait() == -9
        verified = manage("verify_registry", environment=environment)
        assert verified.returncode == 0, verified.stderr
    assert start(environment).wait() == 0

    assert killed >= KILLS // 2, "the kills did not fall in the middle"
    verified = manage("verify_registry", environment=environment)
    assert verified.returncode == 0, verified.stderr
    statuses = databases.query(empty_registry_database, "SELECT status, count(*)::int FROM registry_case GROUP BY 1")
    assert dict(statuses) == {"disposed": CASES * 2 // 3, "delivered": CASES // 3}
    packages = {name for (name,) in databases.query(empty_registry_database, "SELECT package FROM registry_delivery")}
    assert {path.name for path in (tmp_path / "out").iterdir()} == packages
    assert len([path for path in (tmp_path / "private").rglob("*") if path.is_file()]) == CASES // 3
