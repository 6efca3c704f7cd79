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
    process = WorkerProcess(target=run_worker, args=(signs, os.getpid()))
    process.start()
    return process


def run_worker(signs: LifeSigns, parent: int) -> None:
    """Work until this process is told to stop, or is left alone."""
    django.setup()
    from jobs.heartbeats import stopping
    from rus_portal import worker

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())

    def show_life() -> None:
        signs.show()
        if os.getppid() != parent:
            stopping.set()

    show_life()
    worker.work_forever(show_life)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
