"""Starting a copy of the code as somebody does who has just unpacked it: what is missing is told, `.env` is read."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers import Image
from tests.processes import child_environment, free_port
from tests.test_configuration import PRODUCTION

REFUSED = (
    "What is built from the code is missing or older than it: "
    "translations, style sheets, static files, words of the search."
)
SERVER = ("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "rus_portal.wsgi:application", "--port")
SETTINGS_OF_TESTS = ("VAR_DIR", "POSTGRES_DIR", "POSTGRES_OPTIONS", "DATABASE_URL", "DATABASE_OWNER_URL", "DEMO")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code with its `.env`, not yet prepared."""
    folder = tmp_path_factory.mktemp("unpacked")
    Image(folder)
    shutil.rmtree(folder / "build")
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in PRODUCTION.items()))
    return folder


def start(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in child_environment({}).items() if name not in SETTINGS_OF_TESTS}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_server_without_what_is_built_does_not_start_and_says_what_to_do(unpacked: Path):
    started = start(unpacked, *SERVER, str(free_port()))

    assert started.returncode != 0
    assert f"The portal does not start. {REFUSED} Run `manage.py prepare`, as after every upgrade." in started.stderr


def test_a_command_without_what_is_built_does_not_start_and_reads_the_settings_beside_it(unpacked: Path):
    (unpacked / ".env").chmod(0o644)

    refused = start(unpacked, "manage.py", "work")

    assert refused.returncode == 1
    assert REFUSED in refused.stderr
    assert f"{unpacked}/.env holds passwords and can be read by every user of this machine." in refused.stderr
    assert not (unpacked / "var").exists(), "a database server was started, or a demonstration's secret made"


def test_tables_are_not_looked_for_in_another_database_than_the_named_one(unpacked: Path):
    (unpacked / ".env").chmod(0o600)

    failed = start(unpacked, "manage.py", "showmigrations", "--skip-checks")

    assert 'connection to server at "127.0.0.1", port 1 failed' in failed.stderr
    assert not (unpacked / "var").exists()
