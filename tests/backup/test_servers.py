"""Backups on another version of PostgreSQL, and a portal that goes back to a point in time.

`tests/load/backup_2gb.py` does the first with 2 GB, on every version whose programs it is shown.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from rus_portal import postgres
from tests.backup.conftest import environment_of, register
from tests.backup.servers import Server, run_server
from tests.processes import manage

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""The servers of Debian's packages. All other tests run on the one of the wheel."""
GUIDE = settings.BASE_DIR / "docs" / "operations.md"
pytestmark = [pytest.mark.django_db, pytest.mark.needs_program("pg_lsclusters", package="postgresql")]


@pytest.fixture(scope="module", params=INSTALLED, ids=lambda folder: folder.parent.name)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server that copies its log to `log` beside it, and a portal with two messages on it."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "log").mkdir()
    keep = re.search(r"archive_command = '(.*)'", GUIDE.read_text())[1].replace("/wal/", f"{folder}/log/")  # type: ignore[index]
    environment = environment_of(postgres.DATABASE, folder / "var") | {
        "POSTGRES_DIR": str(folder / "postgres"),
        "POSTGRES_OPTIONS": f'-c fsync=off -c wal_level=replica -c archive_mode=on -c archive_command="{keep}"',
        "PG_BINDIR": str(request.param),
    }
    with run_server(environment) as server:
        migrated = manage("migrate", "--verbosity=0", environment=environment)
        assert migrated.returncode == 0, migrated.stderr
        register(2, environment)
        yield server


def test_backup_is_restored_by_its_own_version_and_a_newer_one_but_by_no_older(
    server: Server, elsewhere: dict[str, str], backup: Path, tmp_path: Path
) -> None:
    server.query("CREATE DATABASE empty", "postgres")
    empty = server.environment | {"POSTGRES_DATABASE": "empty", "VAR_DIR": str(tmp_path / "var")}

    cases = count_cases(server)

    made = manage("backup", str(tmp_path / "own"), environment=server.environment)
    older = manage("restore", str(backup), environment=empty)
    same = manage("restore", str(tmp_path / "own"), environment=empty)
    newer = manage("restore", str(tmp_path / "own"), environment=elsewhere)

    assert (made.returncode, made.stderr) == (0, "")
    assert "which is older and cannot take it" in older.stderr
    for restored in (same, newer):
        assert (restored.returncode, restored.stderr) == (0, "")
        assert f"The registry is whole: {cases} cases" in restored.stdout


def test_portal_goes_back_to_a_point_in_time(server: Server, tmp_path: Path) -> None:
    """As in "To a point in time" of docs/operations.md."""
    log, base = Path(server.environment["POSTGRES_DIR"]).with_name("log"), tmp_path / "postgres" / "data"
    base.parent.mkdir()
    cases = count_cases(server)

    server.run_program("pg_basebackup", "--checkpoint=fast", f"--pgdata={base}")
    register(1, server.environment)
    ((moment,),) = server.query("SELECT clock_timestamp()::text")
    register(1, server.environment)
    ((last,),) = server.query("SELECT pg_walfile_name(pg_switch_wal())")
    _wait_until((log / last).exists)
    with (base / "postgresql.auto.conf").open("a") as added:
        added.write(f"restore_command = 'cp {log}/%f %p'\nrecovery_target_time = '{moment}'\n")
        added.write("recovery_target_action = promote\n")
    (base / "recovery.signal").touch()
    environment = server.environment | {"POSTGRES_DIR": str(base.parent), "POSTGRES_OPTIONS": "-c fsync=off"}
    with run_server(environment) as recovered:
        _wait_until(lambda: recovered.query("SELECT pg_is_in_recovery()") == [(False,)])
        verified = manage("verify_registry", environment=environment)
        numbers = register(1, environment)

    assert (verified.returncode, verified.stderr) == (0, "")
    assert f"The registry is whole: {cases + 1} cases" in verified.stdout
    assert numbers == [f"RUS {timezone.localdate().year}/{cases + 2:04}"]


def count_cases(server: Server) -> int:
    ((count,),) = server.query("SELECT count(*) FROM registry_case")
    return int(count)


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
