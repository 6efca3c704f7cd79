"""Back up and restore the database and the files that its rows name.

A backup is a folder: `database.dump` (pg_dump's own format, one consistent snapshot), `files/<storage>/…` and
`manifest.json` with the SHA-256 of each of them. The dump is made before the files are copied: a file is written
before its row is committed, and never altered, so every file in the dump can be copied.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.utils import timezone

from files.circuit_breaker import StorageAwayError
from rus_portal import postgres
from rus_portal.named_files import list_named_files

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
EVERY = 500
"""Files between two lines of progress."""


class BackupError(Exception):
    """The backup cannot be made or restored. The message is a sentence for whoever ran the command."""


def write_backup(folder: Path, tell: Callable[[str], object]) -> dict[str, Any]:
    """Write a backup into a folder that does not exist yet. Return its manifest."""
    if folder.exists():
        raise BackupError(f"{folder} exists already. Name a folder that does not, so that no older backup is lost.")
    making = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    tell("Dumping the database …")
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={making / DUMP}")
    tell("Copying the files …")
    checksums = {DUMP: _checksum(making / DUMP)}
    for number, file in enumerate(list_named_files(), start=1):
        place = PurePosixPath(FILES) / file.storage / file.name
        checksums[str(place)] = _copy_out(storages[file.storage], file.name, making / place)
        if number % EVERY == 0:
            tell(f"{number} files …")
    manifest = {"format": FORMAT, "made_at": timezone.now().isoformat(), "sha256": checksums}
    (making / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
    _sync(making)
    making.rename(folder)
    return manifest


def check_backup(folder: Path) -> dict[str, Any]:
    """Return a backup's manifest, after checking every file against it. Raise `BackupError`."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        checksums = manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is not a whole backup: its {MANIFEST} cannot be read.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{folder} is a backup of another format; restore it with the version that made it.")
    for name, expected in checksums.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"The backup names a file outside its own folder: {name}.")
        if not path.is_file():
            raise BackupError(f"The backup lacks {name}. Nothing has been restored.")
        if _checksum(path) != expected:
            raise BackupError(f"{name} is not as it was backed up. Nothing has been restored.")
    return manifest


def restore_backup(folder: Path, tell: Callable[[str], object], *, force: bool = False) -> None:
    """Restore a backup as the owner of the tables: into an empty database, or with `force` over the present one."""
    tell("Checking the backup …")
    manifest = check_backup(folder)
    with connection.cursor() as cursor:
        is_empty = not connection.introspection.table_names(cursor)
        if not is_empty and not force:
            raise BackupError(
                "The database is not empty. Restore into an empty one, or say --force to lose everything in this one."
            )
    connection.close()
    tell("Restoring the files …")
    try:
        _copy_in(folder, manifest)
    except StorageAwayError as error:
        raise BackupError(f"{error} The database is as it was. Restore again when the storage answers.") from error
    tell("Restoring the database …")
    if not is_empty:
        _run("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    _run(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
        f"--dbname={_database()['NAME']}", str(folder / DUMP),
    )  # fmt: skip


def _copy_out(storage: Storage, name: str, target: Path) -> str:
    """Copy a file out of a storage. Return its checksum."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with storage.open(name) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    except OSError as error:
        raise BackupError(f"The file {name}, which the database names, could not be read: {error}.") from error
    return _checksum(target)


def _copy_in(folder: Path, manifest: dict[str, Any]) -> None:
    """Store each file under the name in its row. One that exists already must be the same."""
    for place, expected in manifest["sha256"].items():
        if place == DUMP:
            continue
        _files, storage_name, name = place.split("/", 2)
        storage = storages[storage_name]
        if storage.exists(name):
            with storage.open(name) as there:
                if hashlib.file_digest(there, "sha256").hexdigest() == expected:
                    continue
            raise BackupError(f"Another file is where {name} belongs. Move it away, then restore again.")
        with (folder / place).open("rb") as content:
            if storage.save(name, File(content)) != name:
                raise BackupError(f"The storage did not take {name} under its own name.")


def _checksum(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Flush the whole backup to disk before it gets its name."""
    for path in [*folder.rglob("*"), folder]:
        number = os.open(path, os.O_RDONLY)
        os.fsync(number)
        os.close(number)


def _database() -> dict[str, Any]:
    """Return the connection settings of the tables' owner."""
    known = connection.settings_dict
    owner = settings.DATABASE_OWNER
    return {key: owner.get(key) or known.get(key) or "" for key in ("HOST", "PORT", "USER", "PASSWORD")} | {
        "NAME": known["NAME"]
    }


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the owner; the password is in the environment, not the command line."""
    database = _database()
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    given = {variable: str(database[key]) for key, variable in names.items() if database[key]}
    done = subprocess.run(  # noqa: S603
        [postgres.find_program(program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | given,
    )
    if done.returncode:
        raise BackupError(f"{program} failed. It said: {done.stderr.strip()[-1000:]}")
