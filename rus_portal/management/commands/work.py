"""`work`: run the worker."""

import signal
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from rus_portal import worker
from rus_portal.file_modes import close_kept_files


class Command(BaseCommand):
    help = "Sends the mail that waits in the outbox, now and as it comes, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, **options: Any) -> None:
        close_kept_files()
        if options["once"]:
            self.stdout.write(f"{worker.work_once()} done.")
            return
        signal.signal(signal.SIGTERM, _stop)
        try:
            worker.work_forever()
        except KeyboardInterrupt:
            self.stdout.write("The worker has stopped.")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
