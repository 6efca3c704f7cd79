"""`move_files`: move files from local folders to an S3 service, or back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rus_portal.file_moves import Move, MoveError

PLACES = ("local", "s3")


class Command(BaseCommand):
    help = (
        "Copies every file that the database names from one place to another, and compares checksums. The portal may "
        "go on working meanwhile. Run it again for what is new, or after it was interrupted. Ends with 0 only when "
        "all is there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", choices=PLACES, required=True, help="where the files are")
        parser.add_argument("--to", dest="target", choices=PLACES, required=True, help="where they are to be")
        parser.add_argument(
            "--delete-source",
            action="store_true",
            help="copy nothing; check once more that all is there, and delete it where it was",
        )

    def handle(self, **options: Any) -> None:
        try:
            move = Move(options["source"], options["target"], self.stdout.write)
            if options["delete_source"]:
                self.stdout.write(f"{move.delete_source().deleted} files were deleted from {options['source']}.")
                return
            moved = move.copy()
        except MoveError as error:
            raise CommandError(str(error)) from error
        for fault in moved.faults:
            self.stderr.write(fault)
        self.stdout.write(f"{moved.copied} files were copied to {options['target']}; {moved.there} were there already.")
        if moved.deleted:
            self.stdout.write(f"{moved.deleted} were destroyed there, since they have been disposed of.")
        if moved.faults:
            raise CommandError(f"{len(moved.faults)} files are not in {options['target']}. Each is named above.")
