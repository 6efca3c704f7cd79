"""`restore`: restore a backup, then verify the registry."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from rus_portal.backup import BackupError
from rus_portal.backup.encryption import read_identities
from rus_portal.backup.restoration import Restoration


class Command(BaseCommand):
    help = (
        "Puts a backup into an empty database and its files into the storages, migrates, then verifies the registry. "
        "Stop server and worker first. The whole backup is checked before anything is touched. After a failure it can "
        "be run again: what is in its place already is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what `backup` wrote")
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the secret key of an encrypted backup (age)")
        parser.add_argument("--force", action="store_true", help="lose everything that the database holds now")
        parser.add_argument(
            "--leave-out-damaged", action="store_true", help="restore what is left of a backup with damaged files"
        )

    def handle(self, **options: Any) -> None:
        identity: Path | None = options["identity"]
        try:
            faults = Restoration(
                options["folder"],
                self.stdout.write,
                read_identities(identity) if identity else [],
                is_forced=options["force"],
                leaves_out_damaged=options["leave_out_damaged"],
            ).restore()
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(f"The backup was not restored. {error}") from error
        for fault in faults:
            self.stderr.write(fault)
        self.stdout.write("The database is restored. Bringing its tables up to date, as `migrate` does …")
        call_command("migrate", verbosity=0)
        call_command("verify_registry", stdout=self.stdout, stderr=self.stderr)
        if faults:
            raise CommandError("All is restored but the files named above: the backup does not hold them as they were.")
