"""The folder of a backup, which gets its name when all of it is on the disk, and a folder of many."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from files.local import sync_to_disk
from rus_portal.backup import BackupError
from rus_portal.backup.manifest import MANIFEST

NAME = "%Y-%m-%dT%H%M%SZ"
"""A folder is named by the moment, in UTC: an hour that comes twice in autumn makes no name twice."""
UNFINISHED = ".unfinished"


def name_backup(at: datetime) -> str:
    return at.astimezone(UTC).strftime(NAME)


def list_backups(folder: Path) -> dict[datetime, Path]:
    """Return the backups in a folder by their moment. What has another name is none of ours."""
    moments = {manifest.parent: _read_name(manifest.parent.name) for manifest in folder.glob(f"*/{MANIFEST}")}
    return {moment: path for path, moment in moments.items() if moment}


def remove_backup(folder: Path) -> None:
    """Remove a backup. Should it be interrupted, what is left is no backup by its name either."""
    shutil.rmtree(folder.rename(folder.with_name(folder.name + UNFINISHED)))


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder that only its owner can read, and name it at the end of the block. On failure it is removed.

    What killed processes have left beside it is removed too, since only one backup is made at a time.
    """
    making = folder.with_name(folder.name + UNFINISHED)
    for left in folder.parent.glob(f"*{UNFINISHED}"):
        if left == making or _read_name(left.stem):
            shutil.rmtree(left)
    making.mkdir(parents=True, mode=0o700)
    try:
        yield making
        for path in [*(path for path in making.rglob("*") if path.is_dir()), making]:
            sync_to_disk(path)  # the files are on the disk already, but not yet their names
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    making.rename(folder)
    sync_to_disk(folder.parent)


def demand_absent(folder: Path) -> None:
    if folder.exists():
        raise BackupError(f"{folder} exists already. Name a folder that does not, so that no older backup is lost.")


def _read_name(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
