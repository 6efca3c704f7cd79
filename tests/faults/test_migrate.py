"""Several `migrate` at once, as when two nodes start on a new version."""

import subprocess
import sys

from django.conf import settings

from tests import databases
from tests.processes import child_environment

AT_ONCE = 3
NAMES = "SELECT count(*), count(DISTINCT (app, name)) FROM django_migrations"


def test_three_at_once_on_an_empty_database_all_end_well(database_server: None) -> None:
    with databases.temporary_database() as empty:
        running = [
            subprocess.Popen(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=settings.BASE_DIR,
                env=child_environment(databases.environment(empty)),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(AT_ONCE)
        ]
        said = [process.communicate(timeout=120)[0] for process in running]

        assert [process.returncode for process in running] == [0] * AT_ONCE, said
        assert sorted(said) == ["", *["Another process is updating the tables; waiting for it …\n"] * (AT_ONCE - 1)]
        ((applied, distinct),) = databases.query(empty, NAMES)
        assert applied == distinct > AT_ONCE
