"""`restore`: restore a backup, then verify the registry."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from rus_portal.backup import BackupError, restore_backup


class Command(BaseCommand):
    help = (
        "Puts a backup into an empty database and its files into the storages, migrates, then verifies the registry. "
        "Stop server and worker first. The whole backup is checked before anything is touched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what `backup` wrote")
        parser.add_argument("--force", action="store_true", help="lose everything that the database holds now")

    def handle(self, **options: Any) -> None:
        try:
            restore_backup(options["folder"], self.stdout.write, force=options["force"])
        except (BackupError, OSError) as error:
            raise CommandError(f"The backup was not restored. {error}") from error
        call_command("migrate", verbosity=0)
        call_command("verify_registry", stdout=self.stdout, stderr=self.stderr)
