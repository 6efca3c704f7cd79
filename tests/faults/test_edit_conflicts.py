"""Of those who save the same thing in the same moment, one saves, and the others are told."""

import pytest

from tests import databases
from tests.processes import run_module

pytestmark = pytest.mark.django_db


def test_of_many_saves_at_once_one_is_made_and_the_others_are_stopped(empty_registry_database: str) -> None:
    run = run_module("tests.faults.edit_at_once", environment=databases.environment(empty_registry_database))

    assert run.stdout.split() == ["3", "15"], run.stdout + run.stderr[-2000:]
