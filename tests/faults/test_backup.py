"""A backup restored elsewhere is whole, and its number series continues."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests import databases
from tests.processes import child_environment, manage

ALTER = """
import django
django.setup()
from registry.models import Intake
Intake.objects.update(addressee="x")
"""
KEY = base64.b64encode(b"k" * 32).decode()
"""Restoring a registry needs the key that signed the end of its chain."""
pytestmark = pytest.mark.django_db


def environment_of(database: str, var: Path) -> dict[str, str]:
    return {**databases.environment(database), "VAR_DIR": str(var), "REGISTRY_SIGNING_KEY": KEY}


def register(count: int, environment: dict[str, str]) -> list[str]:
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
        assert backed_up.returncode == 0, backed_up.stderr
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


def test_restored_series_goes_on_without_reuse(backup: Path, elsewhere: dict[str, str]) -> None:
    restored = manage("restore", str(backup), environment=elsewhere)

    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines()[-1].startswith("The registry is whole: 3 cases")
    assert register(1, elsewhere) == [f"RUS {timezone.localdate().year}/0004"]
    verified = manage("verify_registry", environment=elsewhere)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "4 cases" in verified.stdout


def test_restored_registry_still_refuses_to_alter_what_came_in(backup: Path, elsewhere: dict[str, str]) -> None:
    manage("restore", str(backup), environment=elsewhere)

    changed = subprocess.run(
        [sys.executable, "-c", ALTER],
        cwd=settings.BASE_DIR,
        env=child_environment(elsewhere),
        capture_output=True,
        text=True,
        check=False,
    )

    assert "The registry keeps what came in: update on registry_intake is refused." in changed.stderr


def test_backup_names_every_file_with_its_checksum(backup: Path) -> None:
    names = json.loads((backup / "manifest.json").read_text())["sha256"]

    kept = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert {*names, "manifest.json"} == kept
    assert len([name for name in names if name.startswith("files/private/")]) == 3


def test_backup_with_a_flipped_byte_restores_nothing(backup: Path, elsewhere: dict[str, str], tmp_path: Path) -> None:
    damaged = next((backup / "files" / "private").rglob("*-*"))
    content = bytearray(damaged.read_bytes())
    content[0] ^= 1
    damaged.write_bytes(content)

    restored = manage("restore", str(backup), environment=elsewhere)

    name = damaged.relative_to(backup)
    assert restored.returncode == 1
    assert f"{name} is not as it was backed up. Nothing has been restored." in restored.stderr
    assert not (tmp_path / "elsewhere" / "private").exists()
    retried = manage("showmigrations", "registry", environment=elsewhere)
    assert "[X]" not in retried.stdout


def test_restore_refuses_a_database_that_is_not_empty_unless_forced(
    three_messages: dict[str, str], backup: Path
) -> None:
    register(2, three_messages)

    refused = manage("restore", str(backup), environment=three_messages)
    forced = manage("restore", "--force", str(backup), environment=three_messages)

    assert refused.returncode == 1
    assert "The database is not empty." in refused.stderr
    assert forced.returncode == 0, forced.stderr
    assert "The registry is whole: 3 cases" in forced.stdout


def test_every_attempt_is_noted_for_those_who_watch(three_messages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()

    manage("backup", str(tmp_path / "backup"), environment=three_messages)

    noted = databases.query(
        three_messages["POSTGRES_DATABASE"], "SELECT outcome, folder, message FROM rus_portal_backuprun ORDER BY id"
    )
    assert [outcome for outcome, _folder, _message in noted] == ["whole", "failed"]
    assert noted[1][1] == str(tmp_path / "backup")
    assert noted[1][2].startswith(f"{tmp_path / 'backup'} exists already.")


def test_backup_refuses_a_folder_that_exists(three_messages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()

    refused = manage("backup", str(tmp_path / "backup"), environment=three_messages)

    assert refused.returncode == 1
    assert "exists already. Name a folder that does not" in refused.stderr


def test_backup_without_a_file_that_a_row_names_is_no_backup(three_messages: dict[str, str], tmp_path: Path) -> None:
    next((tmp_path / "here" / "private").rglob("*-*")).unlink()

    failed = manage("backup", str(tmp_path / "backup"), environment=three_messages)

    assert failed.returncode == 1
    assert "which the database names, could not be read" in failed.stderr
    assert not (tmp_path / "backup").exists()
