"""A portal with three registered messages, its backup, and an empty place to restore it in."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings

from tests import databases
from tests.processes import child_environment, manage

KEY = base64.b64encode(b"k" * 32).decode()
"""Restoring a registry needs the key that signed the end of its chain."""


def environment_of(database: str, var: Path) -> dict[str, str]:
    return {**databases.environment(database), "VAR_DIR": str(var), "REGISTRY_SIGNING_KEY": KEY}


def register(count: int, environment: Mapping[str, str]) -> list[str]:
    """Register messages with a file each. Returns their numbers."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.send_messages", str(count)],
        cwd=settings.BASE_DIR,
        env=child_environment(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings of another, empty database with its own files."""
    with databases.temporary_database() as empty:
        yield environment_of(empty, tmp_path / "elsewhere")


@pytest.fixture(scope="module")
def original(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Yield the database and the folder of a portal with three registered messages, each with a file, and its backup.

    The folder holds `here`, the portal's files, and `backup`.
    """
    folder = tmp_path_factory.mktemp("original")
    with databases.temporary_database(template=migrated_database) as database:
        environment = environment_of(database, folder / "here")
        register(3, environment)
        backed_up = manage("backup", str(folder / "backup"), environment=environment)
        assert (backed_up.returncode, backed_up.stderr) == (0, "")
        yield database, folder


@pytest.fixture
def three_messages(original: tuple[str, Path], tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield the settings of a copy of that portal."""
    database, folder = original
    shutil.copytree(folder / "here", tmp_path / "here")
    with databases.temporary_database(template=database) as copy:
        yield environment_of(copy, tmp_path / "here")


@pytest.fixture
def backup(original: tuple[str, Path], tmp_path: Path) -> Path:
    """Return a copy of its backup."""
    return Path(shutil.copytree(original[1] / "backup", tmp_path / "backup"))
