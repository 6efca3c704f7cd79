"""The trial of a backup: it is read again, restored into a database of its own, counted and verified."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pyrage.x25519 import Identity

from registry import verification
from rus_portal.backup import BackupError
from rus_portal.backup.encryption import read_sealed
from rus_portal.backup.manifest import DUMP, Contents, Manifest, find_damaged
from rus_portal.backup.owner import read_as_owner
from rus_portal.backup.programs import Programs, load_dump
from rus_portal.backup.snapshot import count_rows

LONGEST_NAME = 63
FAULTS_TOLD = 20


class Trial(NamedTuple):
    """What a backup is tried with: a server, its programs, and keys that can open it."""

    owner: BaseDatabaseWrapper
    programs: Programs
    identities: Sequence[Identity]


def demand_right(owner: BaseDatabaseWrapper) -> None:
    """Raise `BackupError` unless the owner may make the database that a trial needs."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
        may, name = cursor.fetchone()
    if not may:
        raise BackupError(
            f"{name}, whom DATABASE_OWNER_URL names, may not create the database in which the backup is tried. Allow "
            f"it (ALTER ROLE {name} CREATEDB), or say --no-test. Nothing was begun."
        )


def try_backup(
    trial: Trial, folder: Path, manifest: Manifest, contents: Contents, tell: Callable[[str], Any]
) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with a backup."""
    try:
        yield from (words for _place, words in find_damaged(folder, manifest, tell))
        if manifest.recipients:
            yield from _find_altered(folder, contents, trial.identities)
        tell("Restoring the dump into a database of its own …")
        with _temporary_database(trial.owner) as database:
            dump = folder / f"{DUMP}{manifest.suffix}"
            load_dump(trial.programs, partial(read_sealed, dump, identities=trial.identities), database)
            with read_as_owner(database):
                yield from _find_miscounts(contents.rows)
                tell("Verifying the registry in it …")
                yield from _find_registry_faults()
    except (BackupError, DatabaseError) as error:
        yield f"The backup could not be restored. {error}"


def _find_altered(folder: Path, contents: Contents, identities: Sequence[Identity]) -> Iterator[str]:
    """Decrypt each file, and compare it with what was encrypted."""
    with Path(os.devnull).open("wb") as nowhere:
        for file in contents.files:
            if read_sealed(folder / file.place, nowhere, identities) != file.sha256:
                yield f"{file.place} holds something else than was put into it."


def _find_miscounts(expected: dict[str, int]) -> Iterator[str]:
    found = count_rows(connection)
    for table in sorted({*expected, *found}):
        if expected.get(table) != found.get(table):
            yield f"{table} has {found.get(table, 'no')} rows when restored, and had {expected.get(table, 'no')}."


def _find_registry_faults() -> Iterator[str]:
    """Yield what `verify_registry` would say. The files were compared with their rows when they were copied."""
    faults = verification.find_faults(read_files=False)
    for fault in islice(faults, FAULTS_TOLD):
        yield f"The registry in the backup is not whole. {fault}"


@contextmanager
def _temporary_database(owner: BaseDatabaseWrapper) -> Iterator[str]:
    """Make an empty database for the block, instead of the one that a killed trial may have left."""
    name = f"{owner.settings_dict['NAME'][: LONGEST_NAME - len('_trial')]}_trial"
    _run(owner, f"DROP DATABASE IF EXISTS {owner.ops.quote_name(name)} WITH (FORCE)")
    # Every server can make this one; how words are sorted does not matter in it.
    _run(owner, f"CREATE DATABASE {owner.ops.quote_name(name)} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    try:
        yield name
    finally:
        _run(owner, f"DROP DATABASE IF EXISTS {owner.ops.quote_name(name)} WITH (FORCE)")


def _run(owner: BaseDatabaseWrapper, statement: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute(statement)
