"""A portal that really runs: server and worker as processes, on a port, a database and files of its own."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from tests import databases
from tests.processes import child_environment, free_port, manage
from tests.template_databases import demo_template

SECONDS_TO_START = 30


@dataclass
class Portal:
    """Made stopped; `start()` it. There is no minimum time and no limit of rates unless told."""

    database: str
    var: Path
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **databases.environment(self.database),
            "VAR_DIR": str(self.var),
            "BASE_URL": self.base_url,
            "CONTACT_SECONDS_AT_LEAST": "0",
            "CONTACT_MESSAGES_PER_HOUR": "1000000",
            "SEARCHES_PER_MINUTE": "0",
            "FILES_PER_MINUTE": "0",
            "SENT_MEGABYTES_PER_HOUR": "0",
            **self.variables,
        }

    def start(self) -> None:
        """Start server and worker, and wait for the first answer."""
        self.processes = [
            self._spawn("manage.py", "serve", "--port", str(self.port)),
            self._spawn("manage.py", "work"),
        ]
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                self.kill9()
                raise RuntimeError(f"The portal did not start:\n{self.log}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        self._signal(signal.SIGTERM)

    def kill9(self) -> None:
        """Kill server and worker, and all that they started, without a word."""
        self._signal(signal.SIGKILL)

    def manage(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` with this portal's database and files."""
        return manage(*arguments, environment=self.environment, **options)

    def sql(self, statement: str, *parameters: Any, as_owner: bool = False) -> list[Any]:
        """Run a statement in this portal's database, as the role of the site or as the owner of its tables."""
        return databases.query(self.database, statement, parameters, as_owner=as_owner)

    @property
    def log(self) -> str:
        """What server and worker have said so far."""
        path = self.var / "portal.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.var / "portal.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=settings.BASE_DIR,
                env=child_environment(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        for process in self.processes:
            process.wait(timeout=15)
        self.processes = []


@contextmanager
def demo_portal(**variables: str) -> Iterator[Portal]:
    """A running portal with the demo content, its database and files copies of the ones that were loaded once."""
    template = demo_template()
    with _folder() as var, databases.temporary_database(template.database) as database:
        shutil.copytree(template.var, var, dirs_exist_ok=True)
        portal = Portal(database, var, variables=variables)
        with _running(portal):
            yield portal


@contextmanager
def another_node(portal: Portal) -> Iterator[Portal]:
    """A server and a worker more on a portal's database and files, as on another machine behind the same address."""
    variables = portal.variables | {"BASE_URL": portal.base_url}
    node = replace(portal, port=free_port(), variables=variables, processes=[])
    with _running(node):
        yield node


@contextmanager
def _running(portal: Portal) -> Iterator[None]:
    portal.start()
    try:
        yield
    finally:
        portal.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    var = Path(tempfile.mkdtemp(prefix="portal-running-"))
    try:
        yield var
    finally:
        shutil.rmtree(var, ignore_errors=True)
