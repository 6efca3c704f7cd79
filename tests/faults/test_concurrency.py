"""Numbers without gaps when many register at once and some of them fail."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests import databases
from tests.processes import child_environment, manage

pytestmark = pytest.mark.django_db


def test_3200_registrations_by_32_threads_leave_no_gap_and_a_valid_chain(empty_registry_database: str) -> None:
    environment = databases.environment(empty_registry_database)

    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.register_many"],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert run.stdout.split() == ["3200", "3200"], run.stderr[-2000:]
    numbers = databases.query(empty_registry_database, "SELECT number FROM registry_case ORDER BY number")
    assert numbers == [(number,) for number in range(1, 3201)]
    assert databases.query(empty_registry_database, "SELECT count(*) FROM mailroom_outgoingmail") == [(3200,)]
    verified = manage("verify_registry", environment=environment)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "3200 cases" in verified.stdout
