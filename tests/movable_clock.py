"""Run a program of Python whose clock can be set while it runs: `python -m tests.movable_clock FILE PROGRAM …`.

The file says by how many seconds the clock is ahead, and is read ten times a second, also by the processes that the
program forks. The monotonic clock, which nobody sets, goes on as it does.
"""

import os
import runpy
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

SECONDS_BETWEEN_LOOKS = 0.1


def set_clock(file: Path, ahead: timedelta = timedelta()) -> None:
    """Let the clocks that follow a file be ahead of the right time."""
    fresh = file.with_suffix(".new")
    fresh.write_text(str(ahead.total_seconds()))
    fresh.replace(file)


class MovableClock:
    """The clock of one process."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ahead = 0.0
        self.traveller = _import_time_machine().travel(timedelta()).start()

    def follow(self) -> None:
        """Follow the file from now on. A fork leaves threads behind, so its child begins anew."""
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            ahead = float(self.file.read_text())
            if ahead != self.ahead:
                self.traveller.shift(ahead - self.ahead)
                self.ahead = ahead
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _import_time_machine() -> Any:
    """Import it without pytest, for which it has a fixture: that would take memory in a program that is watched."""
    sys.modules["pytest"] = None  # type: ignore[assignment]
    import time_machine

    return time_machine


def main() -> None:
    clock = MovableClock(Path(sys.argv[1]))
    clock.follow()
    os.register_at_fork(after_in_child=clock.follow)
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
