"""`backup`: back up the database and the files into a folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rus_portal.backup import BackupError, write_backup
from rus_portal.models import BackupRun


class Command(BaseCommand):
    help = (
        "Writes the database and the files that it names into a new folder, with a checksum of each. "
        "The portal may go on working meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where to; it must not exist yet")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        run = BackupRun(started_at=timezone.now(), outcome=BackupRun.Outcome.WHOLE, folder=str(folder.absolute()))
        try:
            manifest = write_backup(folder, self.stdout.write)
        except (BackupError, OSError) as error:
            run.outcome, run.message = BackupRun.Outcome.FAILED, str(error)
            raise CommandError(f"No backup was made. {error}") from error
        finally:
            run.ended_at = timezone.now()
            run.save()
        self.stdout.write(f"{folder} holds the database and {len(manifest['sha256']) - 1} files.")
