"""Make a backup and note what became of it, for those who watch."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from rus_portal.backup import BackupError
from rus_portal.backup.writer import write_backup
from rus_portal.models import BackupRun

FAULTS_NOTED = 50


def make_backup(folder: Path, tell: Callable[[str], Any], *, is_tried: bool = True) -> BackupRun:
    """Make a backup in a new folder. Return its run, which has been noted if the database answers."""
    run = BackupRun(started_at=timezone.now(), folder=str(folder.absolute()), outcome=BackupRun.Outcome.FAILED)
    try:
        backup = write_backup(folder, tell, is_tried=is_tried)
    except (BackupError, OSError, DatabaseError) as error:
        run.message = str(error)
    else:
        run.outcome = BackupRun.Outcome.INCOMPLETE if backup.faults else BackupRun.Outcome.WHOLE
        run.size, run.message = backup.size, "\n".join(backup.faults[:FAULTS_NOTED])
        tell(f"{folder} holds the database and {backup.files} files ({backup.size // 2**20} MB).")
    run.ended_at = timezone.now()
    _note_run(run, tell)
    return run


def _note_run(run: BackupRun, tell: Callable[[str], Any]) -> None:
    try:
        run.save()
    except DatabaseError as error:
        tell(f"That could not be noted in the database: {error}")
    finally:
        connection.close()
