"""A backup holds everything, is tried before it counts as one, and tells what is missing or wrong."""

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pyrage.x25519 import Identity

from jobs.locks import Lock
from tests import databases
from tests.processes import child_environment, manage

pytestmark = pytest.mark.django_db


def list_runs(environment: dict[str, str]) -> list[tuple[str, str, str]]:
    return databases.query(
        environment["POSTGRES_DATABASE"], "SELECT outcome, folder, message FROM rus_portal_backuprun ORDER BY id"
    )


def test_backup_names_every_file_with_its_checksum_and_every_table_with_its_rows(backup: Path) -> None:
    checksums = json.loads((backup / "manifest.json").read_text())["sha256"]
    contents = json.loads((backup / "contents.json").read_text())

    kept = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()}
    assert {*checksums, "manifest.json"} == kept
    assert {file["place"]: file["sha256"] for file in contents["files"]}.items() < checksums.items()
    assert (len(contents["files"]), contents["faults"]) == (3, [])
    assert (contents["rows"]["registry_case"], contents["rows"]["registry_file"]) == (3, 3)


def test_only_the_owner_may_read_a_backup(original: tuple[str, Path]) -> None:
    assert (original[1] / "backup").stat().st_mode & 0o777 == 0o700


def test_missing_and_damaged_files_are_told_and_the_rest_is_kept(
    three_messages: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    missing, damaged, _whole = sorted((tmp_path / "here" / "private").rglob("*-*"))
    missing.unlink()
    damaged.write_text("something else")
    names = tuple(str(path.relative_to(tmp_path / "here" / "private")) for path in (missing, damaged))

    made = manage("backup", str(tmp_path / "backup"), environment=three_messages)
    restored = manage("restore", str(tmp_path / "backup"), environment=elsewhere)

    told = [line for line in made.stderr.splitlines() if line.startswith(names)]
    of_missing, of_damaged = sorted(told, key=lambda line: not line.startswith(names[0]))
    assert made.returncode == restored.returncode == 1
    assert re.fullmatch(rf"{names[0]}, which registry.File \d names, is missing\.", of_missing)
    assert re.fullmatch(rf"{names[1]} is not as registry.File \d says\. It is in the backup as it is\.", of_damaged)
    assert "is kept, but not whole. Each fault is named above." in made.stderr
    assert list_runs(three_messages)[-1] == ("incomplete", str(tmp_path / "backup"), "\n".join(told))
    assert all(line in restored.stderr for line in told)
    assert "The registry is not whole: 2 faults." in restored.stderr
    assert databases.query(elsewhere["POSTGRES_DATABASE"], "SELECT count(*) FROM registry_case") == [(3,)]


def test_backup_of_a_registry_that_is_not_whole_says_so_and_leaves_no_trial(
    three_messages: dict[str, str], tmp_path: Path
) -> None:
    database = three_messages["POSTGRES_DATABASE"]
    alter = "ALTER TABLE registry_event DISABLE TRIGGER USER; UPDATE registry_event SET actor = 'x' WHERE sequence = 2"
    databases.query(database, alter, as_owner=True)

    made = manage("backup", str(tmp_path / "backup"), environment=three_messages)

    assert made.returncode == 1
    assert "The registry in the backup is not whole." in made.stderr
    assert (tmp_path / "backup" / "manifest.json").exists()
    assert databases.on_server(f"SELECT datname FROM pg_database WHERE datname = '{database}_trial'") == []


def test_backup_refuses_what_it_cannot_do_before_it_begins(three_messages: dict[str, str], tmp_path: Path) -> None:
    database, new = three_messages["POSTGRES_DATABASE"], str(tmp_path / "new")
    (tmp_path / "there").mkdir()
    held = databases.connect(database)

    exists = manage("backup", str(tmp_path / "there"), environment=three_messages)
    held.cursor().execute(f"SELECT pg_advisory_lock({Lock.BACKUP.value})")
    busy = manage("backup", new, environment=three_messages)
    held.close()
    databases.query(database, "DELETE FROM django_migrations WHERE app = 'rus_portal'", as_owner=True)
    older = manage("backup", new, environment=three_messages)

    assert [run.returncode for run in (exists, busy, older)] == [1, 1, 1]
    assert "exists already. Name a folder that does not" in exists.stderr
    assert "Another backup of this portal is being made." in busy.stderr
    assert "The tables are older than this version of the portal." in older.stderr
    assert not list(tmp_path.glob("new*"))
    assert [outcome for outcome, _folder, _message in list_runs(three_messages)] == ["whole", *["failed"] * 3]


def test_backup_on_a_full_disk_leaves_nothing(three_messages: dict[str, str], tmp_path: Path) -> None:
    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    made = manage("backup", str(tmp_path / "backup"), environment=three_messages, preexec_fn=limit_files)

    said = made.stderr.splitlines()[0]  # what measures coverage finds the disk full too
    assert (made.returncode, said) == (1, "No backup was made. [Errno 27] File too large")
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_backup_made_while_messages_come_in_counts_exactly(three_messages: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.send_messages", "1000"],
        cwd=settings.BASE_DIR,
        env=child_environment(three_messages),
        stdout=subprocess.PIPE,
    ) as sender:
        assert sender.stdout
        sender.stdout.readline()
        made = manage("backup", str(tmp_path / "backup"), environment=three_messages)
        is_sending = sender.poll() is None
        sender.kill()

    assert is_sending
    cases = json.loads((tmp_path / "backup" / "contents.json").read_text())["rows"]["registry_case"]
    assert (made.returncode, made.stderr) == (0, "")
    assert 3 < cases < databases.query(three_messages["POSTGRES_DATABASE"], "SELECT count(*) FROM registry_case")[0][0]


def test_daily_backups_begin_at_once_and_leave_nothing_when_stopped(
    three_messages: dict[str, str], tmp_path: Path
) -> None:
    left = tmp_path / "many" / "2026-01-01T000000Z.unfinished"
    left.mkdir(parents=True)
    databases.query(three_messages["POSTGRES_DATABASE"], "DELETE FROM rus_portal_backuprun", as_owner=True)

    command = ["backup", "--to", str(tmp_path / "many"), "--every-day-at", "02:30", "--no-test"]
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=child_environment(three_messages),
        stdout=subprocess.PIPE,
        text=True,
    ) as daily:
        assert any("older backups were removed" in line for line in daily.stdout or ())
        assert any(" 02:30." in line for line in daily.stdout or ())
        daily.terminate()

    assert daily.returncode == 143
    (made,) = (tmp_path / "many").iterdir()
    assert (made / "manifest.json").exists()


def test_encrypted_backup_is_tried_and_restored_with_the_secret_key_alone(
    three_messages: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    secret, key, other = Identity.generate(), tmp_path / "key.txt", tmp_path / "other.txt"
    key.write_text(f"# created: today\n# public key: {secret.to_public()}\n{secret}\n")
    other.write_text(str(Identity.generate()))
    backup = tmp_path / "backup"

    made = manage("backup", str(backup), environment=three_messages | {"BACKUP_RECIPIENTS": str(secret.to_public())})
    without = manage("restore", str(backup), environment=elsewhere)
    with_another = manage("restore", str(backup), "--identity", str(other), environment=elsewhere)
    restored = manage("restore", str(backup), "--identity", str(key), environment=elsewhere)

    assert (made.returncode, made.stderr) == (0, "")
    assert "Restoring the dump into a database of its own" in made.stdout
    assert {path.suffix for path in backup.rglob("*") if path.is_file()} == {".age", ".json"}
    names = [path.name for path in (tmp_path / "here" / "private").rglob("*-*")]
    assert len(names) == 3
    assert not any(name in (backup / "manifest.json").read_text() for name in names)
    assert "--identity FILE. Nothing has been restored." in without.stderr
    assert "contents.json.age cannot be decrypted: No matching keys found." in with_another.stderr
    assert restored.returncode == 0, restored.stderr
    assert "The registry is whole: 3 cases" in restored.stdout
