"""Keeping processes running: one that ends is started again, after pauses that grow; one that is frozen is killed."""

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before a process is started again, twice as long each time that it ends soon."""
SECONDS_TO_LAST = 60.0
"""A process that ran for so long had started well."""
SECONDS_TO_STOP = 10.0
SECONDS_BETWEEN_LOOKS = 0.2
logger = logging.getLogger(__name__)


class Process(Protocol):
    """A process, as `subprocess.Popen` describes it."""

    pid: int

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""


@dataclass
class Child:
    """A process that is kept running."""

    name: str
    start: Callable[[], Process]
    leads_group: bool = False
    """Whether what it has started can be killed with it."""
    is_frozen: Callable[[int, float], bool] = lambda _pid, _started: False
    """Whether the process of a number, started at a moment of the monotonic clock, shows no life."""
    process: Process | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = FIRST_PAUSE

    def tend(self) -> None:
        """Start the process unless it runs or its pause is not over. Kill it if it is frozen."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.process, self.started = self.start(), now
        elif (status := self.process.poll()) is not None:
            self._schedule_restart(status, now)
        elif self.is_frozen(self.process.pid, self.started):
            logger.error("%s shows no life and is killed.", self.name)
            self.send_signal(signal.SIGKILL)

    def _schedule_restart(self, status: int, now: float) -> None:
        self.send_signal(signal.SIGKILL)  # what it leaves behind
        self.pause = FIRST_PAUSE if now - self.started > SECONDS_TO_LAST else self.pause
        logger.error("%s ended (%s) and is started again in %.1f s.", self.name, status, self.pause)
        self.process, self.due = None, now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, and to what it has started if it leads them."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if self.leads_group:
                os.killpg(self.process.pid, number)
            elif self.process.poll() is None:
                os.kill(self.process.pid, number)

    def has_ended(self) -> bool:
        """Whether the process does not run."""
        return self.process is None or self.process.poll() is not None


def keep_running(children: Sequence[Child]) -> NoReturn:
    """Keep the children running until this process is interrupted."""
    while True:
        for child in children:
            child.tend()
        time.sleep(SECONDS_BETWEEN_LOOKS)


def stop_children(children: Sequence[Child]) -> None:
    """Let the children stop in order. Kill those that have not after ten seconds."""
    for child in children:
        if child.process is not None and child.process.poll() is None:
            os.kill(child.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while not all(child.has_ended() for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.send_signal(signal.SIGKILL)
        while not child.has_ended():
            time.sleep(0.02)
