"""Who reports at the same moment as another is told so; no circle closes, no digest goes twice."""

import pytest

from tests import databases
from tests.processes import run_module

pytestmark = pytest.mark.django_db


def test_of_many_at_once_one_reports_and_the_others_are_told(empty_registry_database: str) -> None:
    run = run_module("tests.faults.report_at_once", environment=databases.environment(empty_registry_database))

    assert run.stdout.split() == ["7"] * 6 + ["1"] * 6, run.stderr[-2000:]
    reports = "SELECT before, after, count(*) FROM actionplans_statusupdate GROUP BY 1, 2 ORDER BY 2"
    assert databases.query(empty_registry_database, reports) == [("ongoing", "done", 6), ("ongoing", "merged", 6)]
    assert databases.query(empty_registry_database, "SELECT count(*) FROM mailroom_outgoingmail") == [(1,)]
    assert databases.query(empty_registry_database, "SELECT count(*) FROM actionplans_reminder") == [(6,)]
