"""Write a backup into a new folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from pyrage.x25519 import Identity, Recipient

from jobs.locks import Lock
from registry import signatures
from rus_portal.backup import BackupError
from rus_portal.backup.copies import Copies
from rus_portal.backup.encryption import read_recipients, write_sealed
from rus_portal.backup.folders import demand_absent, new_folder
from rus_portal.backup.manifest import CONTENTS, DUMP, Contents, Manifest, dump_contents, write_manifest
from rus_portal.backup.owner import connect_owner, get_major
from rus_portal.backup.programs import Programs, find_programs, open_dump
from rus_portal.backup.snapshot import hold_snapshot
from rus_portal.backup.trial import Trial, demand_right, try_backup
from rus_portal.table_versions import find_missing_migrations

DUMPS_AT_MOST = 5
Tell = Callable[[str], Any]


@dataclass
class Backup:
    """A backup that was made, with a sentence for everything that is missing or wrong in it."""

    folder: Path
    files: int
    size: int
    faults: list[str]


def write_backup(folder: Path, tell: Tell, *, is_tried: bool = True) -> Backup:
    """Write a backup into a folder that does not exist yet, and that gets its name when all of it is on the disk."""
    recipients = read_recipients(settings.BACKUP_RECIPIENTS)
    demand_absent(folder)
    with connect_owner() as owner:
        programs = find_programs(get_major(owner))
        if is_tried:
            demand_right(owner)
        _demand_migrated()
        _demand_lock(owner)
        # The secret keys are elsewhere. So the trial opens it with one that nobody keeps.
        own = [Identity.generate()] if recipients and is_tried else []
        sealed_to = [*recipients, *(identity.to_public() for identity in own)]
        if not recipients:
            tell("It is not encrypted: BACKUP_RECIPIENTS is not set.")
        with new_folder(folder) as making:
            manifest = Manifest(
                timezone.now().isoformat(), programs.major, signatures.list_public_keys()[0], settings.BACKUP_RECIPIENTS
            )
            contents = _fill_folder(making, manifest, sealed_to, programs, tell)
            faults = [*contents.faults]
            if is_tried:
                tell("Trying the backup …")
                faults += try_backup(Trial(owner, programs, own), making, manifest, contents, tell)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Backup(folder, len(contents.files), size, faults)


def _fill_folder(
    folder: Path, manifest: Manifest, sealed_to: Sequence[Recipient], programs: Programs, tell: Tell
) -> Contents:
    """Write dump, files and both lists. A file deleted after the dump, as by a disposal, makes another dump."""
    copies, checksums = Copies(folder, sealed_to, tell), manifest.sha256
    dump, contents_path = (folder / f"{name}{manifest.suffix}" for name in (DUMP, CONTENTS))
    for _dump in range(DUMPS_AT_MOST):
        tell("Dumping the database …")
        dump.unlink(missing_ok=True)
        with hold_snapshot() as snapshot, open_dump(programs, snapshot.name) as content:
            checksums[dump.name] = write_sealed(content, dump, sealed_to).file
        tell(f"Copying {len(snapshot.files)} files …")
        if not copies.copy_files(snapshot.files):
            break
        tell("Files were deleted meanwhile, as by a disposal. So the database is dumped again.")
    contents = Contents(snapshot.rows, *copies.list_copies())
    checksums |= copies.get_checksums()
    checksums[contents_path.name] = write_sealed(dump_contents(contents), contents_path, sealed_to).file
    write_manifest(folder, manifest)
    return contents


def _demand_migrated() -> None:
    """Raise `BackupError` where the tables are older than the code, which then cannot name the files."""
    if find_missing_migrations():
        raise BackupError(
            "The tables are older than this version of the portal. Back up with the version that runs on them, or run "
            "`migrate` first. Nothing was begun."
        )


def _demand_lock(owner: BaseDatabaseWrapper) -> None:
    """Take the lock of backups for as long as the connection lives."""
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [Lock.BACKUP.value])
        (is_held,) = cursor.fetchone()
    if not is_held:
        raise BackupError("Another backup of this portal is being made. Wait until it has ended.")
