"""`work`: run the worker, in a process that is started again whatever happens to it."""

import multiprocessing
import os
import signal
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

import django
from django.core.management.base import BaseCommand
from django.db import connections

from rus_portal.file_modes import close_kept_files
from rus_portal.life_signs import LifeSigns
from rus_portal.supervisor import Child, keep_running, stop_children

processes = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


class WorkerProcess(processes.Process):  # type: ignore[name-defined]
    """A copy of this process that works. It shares the memory of what was loaded before, where there are copies."""

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        code: int | None = self.exitcode
        return code


class Command(BaseCommand):
    help = "Sends mail, reads the mailbox, checks and reads files and keeps the search index, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, **options: Any) -> None:
        from rus_portal import worker

        close_kept_files()
        if options["once"]:
            self.stdout.write(f"{worker.work_once()} done.")
            return
        connections.close_all()  # no process may share one
        signal.signal(signal.SIGTERM, _stop)
        with tempfile.TemporaryDirectory(prefix="portal-worker-") as folder:
            signs = LifeSigns(Path(folder))
            child = Child("The worker", lambda: _start_worker(signs), is_frozen=signs.is_frozen)
            try:
                keep_running([child])
            except KeyboardInterrupt:
                self.stdout.write("The worker has stopped.")
            finally:
                stop_children([child])


def _start_worker(signs: LifeSigns) -> WorkerProcess:
    process = WorkerProcess(target=run_worker, args=(signs, os.getpid()), daemon=True)
    process.start()
    return process


def run_worker(signs: LifeSigns, parent: int) -> None:
    """Work until this process is told to stop, or is left alone."""
    django.setup()
    from rus_portal import worker

    def show_life() -> None:
        signs.show()
        if os.getppid() != parent:
            sys.exit(0)

    signal.signal(signal.SIGTERM, _stop)
    try:
        show_life()
        worker.work_forever(show_life)
    except (KeyboardInterrupt, SystemExit):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # told once is enough
        worker.finish_rows()
    os._exit(0)  # without waiting for threads that wait


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
