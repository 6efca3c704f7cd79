"""Mixed load on a portal of its own for minutes: whether anything fails, and whether memory stays flat.

    python -m tests.load.mixed --minutes 30

Readers go through the site, five editors save, two messages a second come in, and somebody searches every second. The
memory of each process is written to build/load/memory.csv. Ends with 1 if an answer was an error, a message was lost or
doubled, or the server's or the worker's memory after the first third (warm-up) grew by more than a tenth.
"""

import argparse
import csv
import os
import random
import re
import statistics
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from tests.clients import Client  # noqa: E402
from tests.portal_process import Portal, demo_portal  # noqa: E402

READERS, EDITORS = 4, 5
SECONDS_BETWEEN_SAMPLES = 5.0
GROWTH_AT_MOST = 1.10
WORDS = (
    "bredband",
    "kompetens",
    "innovation",
    "skola",
    "klimat",
    "kultur",
    "tillgänglighet",
    "företag",
    "hälsa",
    "skog",
)
FILE = Path("build/load/memory.csv")


class Load:
    """What visitors do until it is over, and what came of it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.is_over = threading.Event()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.sent: list[str] = []
        addresses = re.findall(r"<loc>(.*?)</loc>", Client(portal).get("/sitemap.xml").content.decode())
        self.pages = [address.removeprefix(portal.base_url) for address in addresses]

    def repeat(self, what: str, act: Callable[[random.Random], int], seconds: float, number: int) -> None:
        """Do something again and again, at a pace, and note how long it took and what failed."""
        chance = random.Random(f"{what} {number}")  # noqa: S311 - the same visits every time
        while not self.is_over.wait(chance.uniform(0.5, 1.5) * seconds):
            started = time.perf_counter()
            try:
                status = act(chance)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what a visitor met
                self.errors[f"{what}: {type(error).__name__}: {error}"] += 1
                continue
            self.seconds[what].append(time.perf_counter() - started)
            if status not in (200, 302):
                self.errors[f"{what}: {status}"] += 1

    def read(self, chance: random.Random) -> int:
        return Client(self.portal).get(chance.choice(self.pages)).status

    def search(self, chance: random.Random) -> int:
        return Client(self.portal).get(f"/sok/?q={chance.choice(WORDS)}+{chance.choice(WORDS)}").status

    def write(self, _chance: random.Random) -> int:
        mark = uuid.uuid4().hex
        given = {"subject": f"Last {mark}", "message": "Hur går det?", "name": "Anna", "email": "anna@example.org"}
        status = Client(self.portal).send("/kontakt/", {}, **given).status
        if status == 302:
            self.sent.append(mark)
        return status

    def make_editor(self, number: int) -> Callable[[random.Random], int]:
        """Return what an editor does: look at the lists, and save an activity of her own."""
        editor = Client(self.portal).log_in("samordnare")
        rows = self.portal.sql("SELECT id FROM actionplans_activity ORDER BY id")
        page = f"/admin/actionplans/activity/{rows[number][0]}/change/"

        def edit(chance: random.Random) -> int:
            if chance.random() < 0.7:
                return editor.get(chance.choice(["/admin/", "/admin/actionplans/activity/", page])).status
            return editor.send(page, {}, summary_sv=f"Ändrad {chance.random()}.", log_minor="on", _save="1").status

        return edit

    def find_lost(self) -> list[str]:
        """Return the messages that were acknowledged but are not registered exactly once."""
        subjects = self.portal.sql("SELECT subject FROM registry_record WHERE subject LIKE 'Last %%'")
        registered = Counter(subject.removeprefix("Last ") for (subject,) in subjects)
        return [mark for mark in self.sent if registered[mark] != 1] + [mark for mark, n in registered.items() if n > 1]


class Memory:
    """The resident memory of the portal's processes, by what they do."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.samples: list[tuple[float, str, int, float]] = []
        self.started = time.monotonic()

    def sample(self) -> None:
        minutes = (time.monotonic() - self.started) / 60
        for name, process in zip(("server", "worker"), self.portal.processes, strict=True):
            for pid in (process.pid, *children_of(process.pid)):
                kind = name if pid == process.pid else f"{name}'s child"
                self.samples.append((minutes, kind, pid, resident(pid)))

    def save(self) -> None:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        with FILE.open("w", newline="") as file:
            csv.writer(file).writerows([("minutes", "process", "pid", "MB"), *self.samples])

    def find_growth(self, minutes: float) -> Iterator[tuple[str, float, float]]:
        """Yield for each kind of process the memory of all of them after the warm-up, and at the end."""
        third = minutes / 3
        for kind in dict.fromkeys(kind for _at, kind, _pid, _megabytes in self.samples):
            sums: dict[float, float] = defaultdict(float)
            for at, of, _pid, megabytes in self.samples:
                if of == kind:
                    sums[at] += megabytes
            warm = [value for at, value in sums.items() if third <= at < 1.5 * third]
            end = [value for at, value in sums.items() if at >= 2.5 * third]
            yield kind, statistics.mean(warm), statistics.mean(end)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def resident(pid: int) -> float:
    """Return the megabytes that a process holds, its part of what it shares with others included (PSS)."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def under_load(portal: Portal) -> Iterator[Load]:
    """Let visitors come during the block."""
    load = Load(portal)
    visits = [
        *[("reading", load.read, 0.1)] * READERS,
        *[("editing", load.make_editor(number), 3.0) for number in range(EDITORS)],
        ("writing", load.write, 0.5),
        ("searching", load.search, 1.0),
    ]
    threads = [threading.Thread(target=load.repeat, args=(*visit, n)) for n, visit in enumerate(visits)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.is_over.set()
        for thread in threads:
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    minutes = parser.parse_args().minutes
    from rus_portal import postgres

    with postgres.running_server(), demo_portal() as portal:
        memory = Memory(portal)
        with under_load(portal) as load:
            while time.monotonic() - memory.started < minutes * 60:
                time.sleep(SECONDS_BETWEEN_SAMPLES)
                memory.sample()
        memory.save()
        lost = load.find_lost()
    faults = [
        *report(load),
        *(f"not registered exactly once: {mark}" for mark in lost),
        *report_memory(memory, minutes),
    ]
    if faults:
        sys.exit("\n".join(faults))


def report(load: Load) -> list[str]:
    """Print how long things took. Return what failed."""
    for what, seconds in load.seconds.items():
        ordered = sorted(seconds)
        middle, slow = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        print(f"{what:<12}{len(ordered):>8} times, p50 {middle * 1000:.0f} ms, p95 {slow * 1000:.0f} ms")
    return [f"{count} × {words}" for words, count in load.errors.most_common()]


def report_memory(memory: Memory, minutes: float) -> list[str]:
    """Print the memory after the warm-up and at the end. Return what grew."""
    grown = []
    for kind, warm, end in memory.find_growth(minutes):
        print(f"{kind:<16}{warm:>8.0f} MB after the warm-up, {end:.0f} MB at the end ({end / warm - 1:+.1%})")
        if end > warm * GROWTH_AT_MOST:
            grown.append(f"{kind} grew from {warm:.0f} to {end:.0f} MB")
    return grown


if __name__ == "__main__":
    main()
