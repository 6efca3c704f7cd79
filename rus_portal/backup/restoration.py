"""Restore a backup, step by step: nothing is touched before everything has been checked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import storages
from django.db.backends.base.base import BaseDatabaseWrapper
from pyrage.x25519 import Identity

from files.circuit_breaker import StorageAwayError
from registry import signatures
from rus_portal.backup import BackupError
from rus_portal.backup.encryption import open_sealed, read_sealed
from rus_portal.backup.manifest import (
    CONTENTS,
    DUMP,
    EVERY,
    Manifest,
    StoredFile,
    find_damaged,
    read_contents,
    read_manifest,
)
from rus_portal.backup.owner import connect_owner, get_major, get_settings
from rus_portal.backup.programs import Programs, find_programs, load_dump

FAULTS_TOLD = 20
EMPTY_DATABASE = "SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
NOTHING_RESTORED = "Nothing has been restored."


@dataclass
class Restoration:
    """The restoration of a backup. It can be done again after any failure: what is in its place already is kept."""

    folder: Path
    tell: Callable[[str], Any]
    identities: Sequence[Identity] = ()
    is_forced: bool = False
    """Whether all that the database holds may be lost."""
    leaves_out_damaged: bool = False
    """Whether files that are damaged or missing in the backup are left out, instead of stopping it."""

    def restore(self) -> list[str]:
        """Restore files and database. Return a sentence for each file that is missing or not as its row says."""
        self.tell("Checking that the backup belongs here …")
        manifest = read_manifest(self.folder)
        self._demand_keys(manifest)
        with connect_owner() as owner:
            programs = _find_programs(owner, manifest)
            first = self._find_first_statement(owner)
            self.tell("Checking the backup …")
            faults = self._find_damaged(manifest)
            contents = read_contents(self.folder, manifest, self.identities)
            try:
                self._restore_files([file for file in contents.files if file.place not in faults])
            except StorageAwayError as error:
                raise BackupError(f"{error} The database is as it was. Restore again when it answers.") from error
            self.tell("Restoring the database …")
            dump = self.folder / f"{DUMP}{manifest.suffix}"
            write_dump = partial(read_sealed, dump, identities=self.identities)
            load_dump(programs, write_dump, get_settings()["NAME"], first)
        return [*contents.faults, *faults.values()]

    def _demand_keys(self, manifest: Manifest) -> None:
        if manifest.signing_key not in signatures.list_public_keys():
            raise BackupError(
                "REGISTRY_SIGNING_KEY is not the key of this backup's registry, whose public key is "
                f"{manifest.signing_key}. Set the one that was kept apart from the database. {NOTHING_RESTORED}"
            )
        if manifest.recipients and not self.identities:
            raise BackupError(
                f"The backup is encrypted to {', '.join(manifest.recipients)}. Name the file of a secret key that "
                f"belongs to one of them: --identity FILE. {NOTHING_RESTORED}"
            )

    def _find_first_statement(self, owner: BaseDatabaseWrapper) -> str:
        if not owner.introspection.table_names():
            return ""
        if self.is_forced:
            return EMPTY_DATABASE
        raise BackupError(
            "The database is not empty. Restore into an empty one, or say --force to lose everything in this one."
        )

    def _find_damaged(self, manifest: Manifest) -> dict[str, str]:
        """Return a sentence for each damaged file of the backup by its place, if the rest may be restored."""
        faults = dict(find_damaged(self.folder, manifest, self.tell))
        needed = {f"{name}{manifest.suffix}" for name in (DUMP, CONTENTS)} & faults.keys()
        if needed or (faults and not self.leaves_out_damaged):
            told = " ".join([*faults.values()][:FAULTS_TOLD])
            rest = "" if needed else " The rest can be, with --leave-out-damaged."
            raise BackupError(f"{told} ({len(faults)} in all.) {NOTHING_RESTORED}{rest}")
        return faults

    def _restore_files(self, files: Sequence[StoredFile]) -> None:
        self.tell("Comparing with the files that are here …")
        absent = [file for file in files if not _is_here(file)]
        self.tell(f"Restoring {len(absent)} files; {len(files) - len(absent)} are here already …")
        for number, file in enumerate(absent, start=1):
            with open_sealed(self.folder / file.place, self.identities) as content:
                if storages[file.storage].save(file.name, File(content)) != file.name:
                    raise BackupError(f"The storage did not take {file.name} under its own name.")
            if number % EVERY == 0:
                self.tell(f"{number} of {len(absent)} files …")


def _find_programs(owner: BaseDatabaseWrapper, manifest: Manifest) -> Programs:
    programs = find_programs(get_major(owner))
    if manifest.postgres > programs.major:
        raise BackupError(
            f"The backup was made by PostgreSQL {manifest.postgres}, and this server is PostgreSQL {programs.major}, "
            f"which is older and cannot take it. Restore into {manifest.postgres} or later. {NOTHING_RESTORED}"
        )
    return programs


def _is_here(file: StoredFile) -> bool:
    """Whether a file is in its place already. Another one in its place stops the restoration."""
    storage = storages[file.storage]
    if not storage.exists(file.name):
        return False
    with storage.open(file.name) as content:
        if hashlib.file_digest(content, "sha256").hexdigest() == file.sha256:
            return True
    raise BackupError(
        f"Another file is where {file.name} belongs. Move it away, then restore again. {NOTHING_RESTORED}"
    )
