"""The memory of a portal's processes over time, by what they do, and whether it grows."""

import csv
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.portal_process import Portal

SECONDS_BETWEEN_SAMPLES = 5.0
GROWTH_AT_MOST = 1.10
SHORTEST_JUDGED, SHORTEST_WITH_FAULTS = 3.0, 20.0
"""Minutes. In less, processes are still warming up, or have been young in one part of the time and old in another."""


class Memory:
    """What the server, the worker and their children hold."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.samples: list[tuple[float, str, int, float]] = []
        self.started = time.monotonic()

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self.started) / 60

    def keep_sampling(self, over: threading.Event) -> None:
        while not over.wait(SECONDS_BETWEEN_SAMPLES):
            self.sample()

    def sample(self) -> None:
        at = self.minutes
        for name, process in zip(("server", "worker"), self.portal.processes, strict=True):
            for pid in (process.pid, *children_of(process.pid)):
                kind = name if pid == process.pid else f"{name}'s child"
                self.samples.append((at, kind, pid, resident(pid)))

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="") as opened:
            csv.writer(opened).writerows([("minutes", "process", "pid", "MB"), *self.samples])

    def find_growth(self, minutes: float, *, with_faults: bool) -> Iterator[tuple[str, float, float]]:
        """Yield for each kind of process the memory of all of them after the warm-up, and at the end.

        Without faults the same processes live all the time: the mean after the first third is compared with that of
        the last sixth. With them, processes are replaced by young ones again and again. So what is compared is the
        most (but for one sample in twenty) that a kind takes in the second third and in the last one, in each of which
        every kind has had time to grow.
        """
        for kind in dict.fromkeys(kind for _at, kind, _pid, _megabytes in self.samples):
            sums: dict[float, float] = defaultdict(float)
            for at, of, _pid, megabytes in self.samples:
                if of == kind:
                    sums[at / minutes] += megabytes
            if with_faults:
                yield kind, _most(sums, 1 / 3, 2 / 3), _most(sums, 2 / 3, 2)
            else:
                yield kind, _mean(sums, 1 / 3, 1 / 2), _mean(sums, 5 / 6, 2)


def _within(sums: dict[float, float], begin: float, end: float) -> list[float]:
    return sorted(megabytes for at, megabytes in sums.items() if begin <= at < end)


def _mean(sums: dict[float, float], begin: float, end: float) -> float:
    return statistics.mean(_within(sums, begin, end))


def _most(sums: dict[float, float], begin: float, end: float) -> float:
    values = _within(sums, begin, end)
    return values[(len(values) - 1) * 95 // 100]


def report_memory(memory: Memory, minutes: float, *, with_faults: bool) -> list[str]:
    """Print the memory after the warm-up and at the end. Return what grew."""
    shortest = SHORTEST_WITH_FAULTS if with_faults else SHORTEST_JUDGED
    if minutes < shortest:
        print(f"Memory is not judged in less than {shortest:.0f} minutes.")
        return []
    grown = []
    for kind, warm, end in memory.find_growth(minutes, with_faults=with_faults):
        print(f"{kind:<16}{warm:>8.0f} MB after the warm-up, {end:.0f} MB at the end ({end / warm - 1:+.1%})")
        if end > warm * GROWTH_AT_MOST:
            grown.append(f"{kind} grew from {warm:.0f} to {end:.0f} MB")
    return grown


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def resident(pid: int) -> float:
    """Return the megabytes that a process holds, its part of what it shares with others included (PSS)."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0
