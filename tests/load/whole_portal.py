"""A portal with all that it depends on: each process and each thing around it can be taken away and given back."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psycopg2
from aiosmtpd.controller import Controller
from django.conf import settings

from rus_portal import postgres
from tests import swift
from tests.clamav import Clamd
from tests.load.memory import children_of
from tests.movable_clock import set_clock
from tests.portal_process import Portal
from tests.processes import free_port

SMALL_DISK = "1g"
MEGABYTE = 2**20
SECONDS_UNTIL_RESTART = 0.1
"""What systemd waits (RestartSec) before it starts a service again."""


class MailServer:
    """A mail server that takes everything, and remembers when, for whom, and under which Message-ID."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[float, str, str]] = []
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        mail = message_from_bytes(envelope.content)
        self.taken.append((time.monotonic(), str(mail["To"]), str(mail["Message-ID"])))
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def go_away(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


@dataclass
class SmallDisk:
    """A disk of its own, in memory, for what the portal writes."""

    folder: Path

    def mount(self) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=700", "none", str(self.folder)]
        return os.getuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            for size in (MEGABYTE, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        ballast.write(bytes(size))

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()


@dataclass
class WholePortal(Portal):
    """A portal with servers of its own. What cannot be had on this machine is None."""

    mail: MailServer = field(default_factory=MailServer)
    store: swift.Swift | None = None
    clamd: Clamd | None = None
    disk: SmallDisk | None = None
    database_server: ExitStack = field(default_factory=ExitStack)

    @property
    def clock_file(self) -> Path:
        return self.var / "clock"

    def sql(self, statement: str, *parameters: Any, as_owner: bool = False) -> list[Any]:
        user = postgres.OWNER if as_owner else postgres.APPLICATION
        connected = psycopg2.connect(host=str(postgres.get_socket_directory()), user=user, dbname=self.database)
        connected.autocommit = True
        try:
            with connected.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return list(cursor.fetchall())
        finally:
            connected.close()

    def _spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the server with a clock that can be set, if there is one."""
        if "serve" not in arguments or not self.clock_file.exists():
            return super()._spawn(*arguments)
        return super()._spawn("-m", "tests.movable_clock", str(self.clock_file), *arguments)

    def restart(self, number: int) -> None:
        """Do what systemd does when a service's main process ends: end the others, wait a moment, start it again."""
        process = self.processes[number]
        process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(SECONDS_UNTIL_RESTART)
        arguments = ("manage.py", "work") if number else ("manage.py", "serve", "--port", str(self.port))
        self.processes[number] = self._spawn(*arguments)

    def find_youngest_child(self, number: int) -> int:
        """Return the youngest child of the server or the worker, once there is one, so that an old one lives on."""
        while not (children := children_of(self.processes[number].pid)):
            time.sleep(0.05)
        return max(children)

    def start_database(self) -> None:
        self.database_server.enter_context(postgres.running_server())

    def stop_database(self) -> None:
        """Stop it as if the power had gone: nothing is finished, no one is told."""
        data = postgres.get_server_directory() / "data"
        stopped = postgres._run("pg_ctl", "stop", "--mode=immediate", "--wait", f"--pgdata={data}")
        assert stopped.returncode == 0

    def find_database_processes(self) -> list[int]:
        """Return the database's main process, then its children."""
        pid = int((postgres.get_server_directory() / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        return [pid, *children_of(pid)]


@contextmanager
def whole_portal(*, is_surrounded: bool = True) -> Iterator[WholePortal]:
    """A running portal with the example content and a database that waits for the disk.

    It is surrounded by everything else that this machine has, unless told otherwise.
    """
    if settings.DATABASE_URL:
        sys.exit("The load needs a database server that it may stop: unset DATABASE_URL.")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="portal-load-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        os.environ["POSTGRES_DIR"] = str(folder / "postgres")
        os.environ["POSTGRES_OPTIONS"] = "-c max_connections=200"
        portal = WholePortal(postgres.DATABASE, folder / "var")
        portal.var.mkdir()
        stack.enter_context(portal.database_server)
        portal.start_database()
        if is_surrounded:
            _surround(portal, folder, stack)
        for command in (["prepare"], ["migrate", "--verbosity=0"], ["load_demo"], ["work", "--once"]):
            done = portal.manage(*command)
            assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        stack.callback(_stop, portal)
        portal.start()
        yield portal


def _surround(portal: WholePortal, folder: Path, stack: ExitStack) -> None:
    """Start what is around the portal, and tell it where."""
    set_clock(portal.clock_file)
    portal.mail.start()
    stack.callback(portal.mail.go_away)
    portal.variables |= {
        "EMAIL_URL": f"smtp://127.0.0.1:{portal.mail.port}",
        "METRICS_TOKEN": "under-load",
        "VAR_DIR": str(folder / "var" / "disk"),
    }
    disk = SmallDisk(folder / "var" / "disk")
    disk.folder.mkdir()
    if disk.mount():
        portal.disk = disk
        stack.callback(disk.unmount)
    if shutil.which(swift.PROGRAM) and shutil.which("memcached"):
        portal.store = stack.enter_context(swift.running())
        portal.variables |= portal.store.variables("portal")
    if shutil.which("clamd"):
        portal.clamd = Clamd(folder)
        portal.clamd.start()
        stack.callback(portal.clamd.kill)
        portal.variables["CLAMD_URL"] = portal.clamd.url


def _stop(portal: WholePortal) -> None:
    """Stop the portal, whatever state a fault has left it in."""
    for process in portal.processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
    portal.stop()
