"""A backup restored elsewhere is whole, and its number series continues. What cannot be restored touches nothing."""

import base64
from pathlib import Path

import pytest
from django.utils import timezone

from tests import databases
from tests.backup.conftest import register
from tests.processes import manage, run_python

ALTER = """
import django
django.setup()
from registry.models import Intake
Intake.objects.update(addressee="x")
"""
pytestmark = pytest.mark.django_db


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def files_of(backup: Path) -> list[Path]:
    return sorted((backup / "files" / "private").rglob("*-*"))


def test_restored_series_goes_on_without_reuse(backup: Path, elsewhere: dict[str, str]) -> None:
    restored = manage("restore", str(backup), environment=elsewhere)

    assert (restored.returncode, restored.stderr) == (0, "")
    assert restored.stdout.splitlines()[-1].startswith("The registry is whole: 3 cases")
    assert register(1, elsewhere) == [f"RUS {timezone.localdate().year}/0004"]
    verified = manage("verify_registry", environment=elsewhere)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "4 cases" in verified.stdout

    changed = run_python("-c", ALTER, environment=elsewhere)

    assert "The registry keeps what came in: update on registry_intake is refused." in changed.stderr


def test_flipped_byte_and_missing_file_restore_nothing_but_the_rest_when_told_to(
    backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    damaged, missing, _whole = files_of(backup)
    flip_byte(damaged)
    missing.unlink()
    told = (
        f"{damaged.relative_to(backup)} is not as it was backed up.",
        f"The backup lacks {missing.relative_to(backup)}.",
    )

    refused = manage("restore", str(backup), environment=elsewhere)

    assert refused.returncode == 1
    assert all(words in refused.stderr for words in told)
    assert "(2 in all.) Nothing has been restored. The rest can be, with --leave-out-damaged." in refused.stderr
    assert not (tmp_path / "elsewhere" / "private").exists()
    assert databases.query(
        elsewhere["POSTGRES_DATABASE"], "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    ) == [(0,)]

    restored = manage("restore", "--leave-out-damaged", str(backup), environment=elsewhere)

    assert restored.returncode == 1
    assert all(words in restored.stderr for words in told)
    assert "The registry is not whole: 2 faults." in restored.stderr
    assert databases.query(elsewhere["POSTGRES_DATABASE"], "SELECT count(*) FROM registry_case") == [(3,)]


def test_damaged_dump_is_never_restored(backup: Path, elsewhere: dict[str, str]) -> None:
    flip_byte(backup / "database.dump")

    refused = manage("restore", "--leave-out-damaged", str(backup), environment=elsewhere)

    assert "database.dump is not as it was backed up. (1 in all.) Nothing has been restored.\n" in refused.stderr


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


def test_restore_refuses_another_signing_key_before_it_reads_the_backup(
    backup: Path, elsewhere: dict[str, str]
) -> None:
    (backup / "database.dump").unlink()
    other = base64.b64encode(b"o" * 32).decode()

    refused = manage("restore", str(backup), environment=elsewhere | {"REGISTRY_SIGNING_KEY": other})

    assert refused.returncode == 1
    assert "REGISTRY_SIGNING_KEY is not the key of this backup's registry" in refused.stderr


def test_restore_stops_at_another_file_in_the_place_of_one_of_the_backup(
    backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    first, *_others, last = (path.relative_to(backup / "files") for path in files_of(backup))
    (tmp_path / "elsewhere" / last).parent.mkdir(parents=True)
    (tmp_path / "elsewhere" / last).write_text("another")

    refused = manage("restore", str(backup), environment=elsewhere)

    assert "Move it away, then restore again. Nothing has been restored." in refused.stderr
    assert not (tmp_path / "elsewhere" / first).exists()
    assert (tmp_path / "elsewhere" / last).read_text() == "another"
