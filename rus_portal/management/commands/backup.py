"""`backup`: back up the database and the files, once or every day."""

import signal
import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from rus_portal.backup.folders import name_backup
from rus_portal.backup.retention import Retention, remove_old
from rus_portal.backup.runs import make_backup
from rus_portal.backup.schedule import find_next_start
from rus_portal.models import BackupRun

SECONDS_AFTER_FAILURE = 3600.0
SECONDS_WITHOUT_DATABASE = 60.0


class Command(BaseCommand):
    help = (
        "Writes the database and the files that it names into a new folder, encrypted if BACKUP_RECIPIENTS is set. "
        "Then tries it: restores the dump into a database of its own, counts the rows and verifies the registry there. "
        "The portal may go on working meanwhile. Ends with 0 only when the backup is whole; with 1 when there is none, "
        "or when something is missing in it: that is told, and the rest is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("folder", type=Path, nargs="?", help="the folder to make; it must not exist yet")
        place.add_argument("--to", type=Path, metavar="FOLDER", help="where to make one that is named by the time")
        parser.add_argument(
            "--keep",
            type=int,
            nargs=3,
            default=Retention(),
            metavar=("DAYS", "WEEKS", "MONTHS"),
            help="with --to: once a backup is whole, older ones are removed but for the newest of each of so many "
            "days, weeks and months (7 5 12)",
        )
        parser.add_argument(
            "--every-day-at",
            type=_read_time,
            metavar="HH:MM",
            help="with --to: go on and make one every day, and again after an hour if it failed",
        )
        parser.add_argument("--no-test", action="store_true", help="do not try the backup")

    def handle(self, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        at: time_of_day | None = options["every_day_at"]
        if at and not options["to"]:
            raise CommandError("--every-day-at needs --to FOLDER.")
        if at:
            self._back_up_daily(at, options)
        if self._back_up(options) != BackupRun.Outcome.WHOLE:
            sys.exit(1)

    def _back_up(self, options: dict[str, Any]) -> str:
        """Make a backup, tell what became of it, and return that."""
        parent: Path | None = options["to"]
        folder = parent / name_backup(timezone.now()) if parent else options["folder"]
        run = make_backup(folder, self.stdout.write, is_tried=not options["no_test"])
        if run.outcome == BackupRun.Outcome.FAILED:
            self.stderr.write(f"No backup was made. {run.message}")
        elif run.outcome == BackupRun.Outcome.INCOMPLETE:
            self.stderr.write(f"{run.message}\n{run.folder} is kept, but not whole. Each fault is named above.")
        elif parent:
            removed = remove_old(parent, Retention(*options["keep"]))
            self.stdout.write(f"{removed} older backups were removed from {parent}.")
        return run.outcome

    def _back_up_daily(self, at: time_of_day, options: dict[str, Any]) -> NoReturn:
        while True:
            try:
                start = find_next_start(at, timezone.now())
            except DatabaseError as error:
                self.stderr.write(f"The database does not answer: {error}")
                time.sleep(SECONDS_WITHOUT_DATABASE)
                continue
            finally:
                connection.close()
            self.stdout.write(f"The next backup begins at {timezone.localtime(start):%Y-%m-%d %H:%M}.")
            self.stdout.flush()
            time.sleep(max((start - timezone.now()).total_seconds(), 0.0))
            if self._back_up(options) == BackupRun.Outcome.FAILED:
                time.sleep(SECONDS_AFTER_FAILURE)


def _read_time(words: str) -> time_of_day:
    return datetime.strptime(words, "%H:%M").time()  # noqa: DTZ007 - a time of the day, of no day


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)
