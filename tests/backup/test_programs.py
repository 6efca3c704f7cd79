"""PostgreSQL's programs: of the server's version or none, and all of a dump or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from django.db import connection

from rus_portal.backup import BackupError
from rus_portal.backup.owner import connect_owner, get_major
from rus_portal.backup.programs import Programs, find_programs, load_dump, open_dump
from tests import databases


@pytest.fixture
def programs(db: None) -> Programs:
    with connect_owner() as owner:
        return find_programs(get_major(owner))


def pretend_program(folder: Path, name: str, version: str) -> None:
    write_program(folder, name, f"echo '{name} (PostgreSQL) {version}'")


def write_program(folder: Path, name: str, does: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{does}\n")
    (folder / name).chmod(0o700)


def test_programs_of_the_servers_own_version_are_found_whatever_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        pretend_program(tmp_path / "newer", name, "99.1")
        pretend_program(tmp_path / "own", name, "98.4 (Debian 98.4-1)")
    monkeypatch.setenv("PG_BINDIR", str(tmp_path / "newer"))
    monkeypatch.setenv("PATH", str(tmp_path / "own"))

    assert find_programs(98) == Programs(tmp_path / "own", 98)


def test_programs_that_are_not_installed_are_told_with_their_package() -> None:
    with pytest.raises(BackupError, match=r"postgresql-client-97\b.*Nothing was begun"):
        find_programs(97)


@pytest.mark.django_db
def test_dump_that_is_cut_off_leaves_the_database_as_it_was(programs: Programs, migrated_database: str) -> None:
    holder = databases.connect(connection.settings_dict["NAME"]).cursor()
    holder.execute("BEGIN; SELECT pg_export_snapshot()")
    with open_dump(programs, holder.fetchone()[0]) as dump:
        content = dump.read()
    holder.connection.close()
    with databases.temporary_database() as database:
        databases.query(database, "CREATE TABLE before AS SELECT 1 AS one", as_owner=True)
        first = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"

        for damaged, words in (
            (content[: len(content) // 2], "pg_restore failed"),
            (b"no dump at all", "pg_restore failed"),
        ):
            with pytest.raises(BackupError, match=words):
                load_dump(programs, write_all(damaged), database, first)
        with pytest.raises(BackupError, match=r"psql failed\. It said: .*nonsense"):
            load_dump(programs, write_all(content), database, "nonsense;")
        with pytest.raises(BackupError, match="cannot be decrypted"):
            load_dump(programs, fail, database, first)

        assert databases.query(database, "SELECT one FROM before", as_owner=True) == [(1,)]
        load_dump(programs, write_all(content), database, first)
        assert databases.query(database, "SELECT count(*) FROM registry_case", as_owner=True) == [(0,)]


def test_program_that_ends_before_it_has_read_all_still_says_why(tmp_path: Path) -> None:
    write_program(tmp_path, "psql", "echo 'No room.' >&2; exit 1")
    write_program(tmp_path, "pg_restore", "sleep 0.3; cat")  # by then psql has ended, and something is left for it

    with pytest.raises(BackupError, match=r"No room\."):
        load_dump(Programs(tmp_path, 98), write_all(bytes(1_000_000)), "portal")


def write_all(content: bytes) -> Callable[[IO[bytes]], Any]:
    return lambda pipe: pipe.write(content)


def fail(_pipe: IO[bytes]) -> None:
    raise BackupError("database.dump.age cannot be decrypted.")
