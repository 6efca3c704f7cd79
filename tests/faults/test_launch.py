"""`make run` as its user meets it: started, interrupted, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.processes import child_environment, free_port
from tests.settings import OF_A_DURABLE_SERVER

SECONDS_TO_FIRST_PAGE = 240
"""Long enough for a machine that does much else."""


class Launched:
    """A portal launched in a folder of its own; every process it starts carries the folder's name."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        own = {"POSTGRES_DIR": str(folder / "pg"), "VAR_DIR": str(folder / "var"), "PORT": str(self.port)}
        self.environment = child_environment(own | {"POSTGRES_OPTIONS": OF_A_DURABLE_SERVER})

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rus_portal.launch"],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def first_page(self) -> str:
        deadline = time.monotonic() + SECONDS_TO_FIRST_PAGE
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as page:
                    return page.read().decode()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("no page came")

    def processes(self) -> list[int]:
        """Every living process that was started from this folder's environment."""
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if self._is_ours(path)]

    def _is_ours(self, path: Path) -> bool:
        try:
            return f"VAR_DIR={self.folder / 'var'}".encode() in (path / "environ").read_bytes()
        except OSError:
            return False

    def kill_everything(self) -> None:
        while living := self.processes():
            for pid in living:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.05)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    portal = Launched(tmp_path_factory.mktemp("launched"))
    portal.start()
    try:
        portal.first_page()
        yield portal
    finally:
        portal.kill_everything()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_leaves_no_process_and_no_lock(launched: Launched, how: signal.Signals) -> None:
    launched.process.send_signal(how)

    said, _ = launched.process.communicate(timeout=30)

    assert said.endswith("Everything has stopped.\n")
    assert launched.process.returncode == 0
    assert launched.processes() == []
    assert not (launched.folder / "pg" / "data" / "postmaster.pid").exists()
    started = time.monotonic()
    launched.start()
    launched.first_page()
    assert time.monotonic() - started < 30, "a second start loads nothing anew"


def test_kill_9_of_everything_then_starting_again_has_what_was_committed(launched: Launched) -> None:
    launched.kill_everything()

    launched.start()

    assert "Framtid Västernorrland" in launched.first_page()


def test_a_taken_port_is_told_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        run = subprocess.run(
            [sys.executable, "-m", "rus_portal.launch"],
            cwd=settings.BASE_DIR,
            env=child_environment({"PORT": str(port)}),
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 1
    assert run.stderr == f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}\n"
