"""Of those who save the same thing in the same moment, one saves, and the others are told."""

import subprocess
import sys

import pytest
from django.conf import settings

from tests import databases
from tests.processes import child_environment

pytestmark = pytest.mark.django_db


def test_of_many_saves_at_once_one_is_made_and_the_others_are_stopped(empty_registry_database: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.edit_at_once"],
        cwd=settings.BASE_DIR,
        env=child_environment(databases.environment(empty_registry_database)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert run.stdout.split() == ["3", "15"], run.stdout + run.stderr[-2000:]
