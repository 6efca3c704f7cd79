"""Signs of life that a process shows to the one that watches it: the time of a file, which takes no room on a disk.

A process that is stopped (SIGSTOP) or whose threads all hang shows none. It is killed, and started anew.
"""

import os
import time
from pathlib import Path

SECONDS_BETWEEN_SIGNS = 1.0
FROZEN_AFTER = 7.0
"""Seconds without a sign. A process that lives is late by a second or two on a busy machine."""
SECONDS_TO_BEGIN = 60.0
"""Until the first sign."""
SECONDS_BETWEEN_LOOKS = 3.0
"""A watcher that looks less often was itself stopped, as when a computer sleeps, and cannot tell."""


class LifeSigns:
    """The signs of a group of processes, in a folder. Their times are not of the day, which may be set meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._looked_at = self._blind_until = 0.0

    def show(self) -> None:
        """Show that this process lives."""
        path = self.folder / str(os.getpid())
        if not path.exists():  # a touch each time would show the time of day, if the process froze just then
            path.touch()
        os.utime(path, (time.monotonic(),) * 2)

    def is_frozen(self, pid: int, started: float) -> bool:
        """Whether a process, started at a moment of the monotonic clock, has shown no life for too long."""
        now = time.monotonic()
        if now - self._looked_at > SECONDS_BETWEEN_LOOKS:
            self._blind_until = now + FROZEN_AFTER
        self._looked_at = now
        if now < self._blind_until:
            return False
        try:
            return now - (self.folder / str(pid)).stat().st_mtime > FROZEN_AFTER
        except FileNotFoundError:
            return now - started > SECONDS_TO_BEGIN
