"""Mixed load on a portal of its own for minutes, with one fault a minute if asked: whether any promise is broken.

    python -m tests.load.mixed --minutes 30 [--faults [NAME,…]]

Readers go through the site, five editors save, two messages a second come in, some more with a file, and somebody
searches every second. The portal has a database, a mail server, an object store, a virus checker and a disk of its own;
tests/load/faults.py names what is done to them. Writes build/load/memory.csv and build/load/faults.csv.

Ends with 1 if a message was lost or doubled, a receipt did not come or came twice, a page was wrong or stale, a text
was lost, anything failed outside the faults or in another way than by a page that says so, recovery took ten seconds,
or the memory of server or worker grew by more than a tenth after the first third (warm-up).
"""

import argparse
import os
import shutil
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from tests.load import judgement  # noqa: E402
from tests.load.faults import FAULTS, SECONDS_BETWEEN_FAULTS, Fault, Strike, choose_faults, strike_in_turn  # noqa: E402
from tests.load.journal import Visit  # noqa: E402
from tests.load.memory import Memory, report_memory  # noqa: E402
from tests.load.visitors import Visitors, under_load  # noqa: E402
from tests.load.whole_portal import WholePortal, whole_portal  # noqa: E402

FOLDER = Path("build/load")
SENT_FILE = "En rad av en bilaga.\n" * 60_000
"""More than a megabyte, so that it is written to the disk as it comes."""
SECONDS_TO_SETTLE = 120
"""For mail and virus checks, after the last message."""
LEFT = {
    "mails are not sent": "mailroom_outgoingmail WHERE state <> 'sent'",
    "files are not checked": "registry_file WHERE scan NOT IN ('clean', 'unchecked')",
    "messages came tomorrow": "registry_intake WHERE received_at > now() + interval '1 minute'",
}
"""Rows that there may not be when all is over."""


def main() -> None:
    given = read_arguments()
    with whole_portal() as portal:
        faults = [] if given.faults is None else choose_faults(given.faults, portal)
        (portal.var / "bilaga.txt").write_text(SENT_FILE)
        memory = Memory(portal)
        try:
            with under_load(portal, portal.var / "bilaga.txt") as visitors:
                strikes = keep_under_load(portal, memory, faults, given.minutes, given.every)
        finally:
            memory.save(FOLDER / "memory.csv")
            shutil.copy(portal.var / "portal.log", FOLDER)
        broken = judge(portal, visitors, strikes)
    broken += report_memory(memory, given.minutes, with_faults=bool(faults))
    if broken:
        sys.exit("\n".join(broken))
    print("No promise was broken.")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    names = [fault.name for fault in FAULTS]
    parser.add_argument("--faults", nargs="?", const="", help=f"all, or some of {', '.join(names)}")
    parser.add_argument("--every", type=float, default=SECONDS_BETWEEN_FAULTS, help="seconds between two faults")
    given = parser.parse_args()
    if given.faults is not None:
        given.faults = [name for name in given.faults.split(",") if name]
        if unknown := set(given.faults) - set(names):
            parser.error(f"There is no fault called {', '.join(unknown)}.")
    return given


def keep_under_load(
    portal: WholePortal, memory: Memory, faults: list[Fault], minutes: float, every: float
) -> list[Strike]:
    """Let the faults strike, and measure memory, for so many minutes. Return what struck."""
    over = threading.Event()
    sampler = threading.Thread(target=memory.keep_sampling, args=(over,))
    sampler.start()
    try:
        strikes = strike_in_turn(portal, faults, minutes, every)
        time.sleep(max(0.0, minutes - memory.minutes) * 60)
    finally:
        over.set()
        sampler.join()
    return strikes


def judge(portal: WholePortal, visitors: Visitors, strikes: list[Strike]) -> list[str]:
    """Print what visitors met. Return the promises that were broken."""
    settled = wait_until_settled(portal)
    visits, taken = visitors.journal.visits, portal.mail.taken
    windows = judgement.make_windows(strikes, visitors.over_at)
    outside = judgement.sort_visits(visits, windows)
    judgement.note_recovery(visits, [at for at, _to, _id in taken], windows)
    print_times(visits)
    print(f"{len(visitors.acknowledged)} messages were acknowledged, {len(visitors.tried)} were begun.")
    if windows:
        judgement.save_windows(windows, FOLDER / "faults.csv")
        judgement.print_windows(windows)
    verified = portal.manage("verify_registry")
    return [
        *settled,
        *visitors.find_lost(),
        *judgement.judge_receipts(visitors, taken),
        *outside,
        *(words for window in windows for words in window.find_broken()),
        *([f"verify_registry: {verified.stderr}"] if verified.returncode else []),
    ]


def wait_until_settled(portal: WholePortal) -> list[str]:
    """Wait until all mail is sent and all files are checked. Return what was not, or is not as it should be."""
    started = time.monotonic()
    while (left := count_left(portal)) and time.monotonic() < started + SECONDS_TO_SETTLE:
        time.sleep(1)
    print(f"Mail and files were done {time.monotonic() - started:.0f} s after the last message.")
    return left


def count_left(portal: WholePortal) -> list[str]:
    counted = [(portal.sql(f"SELECT count(*) FROM {rows}")[0][0], words) for words, rows in LEFT.items()]
    return [f"{count} {words}" for count, words in counted if count]


def print_times(visits: list[Visit]) -> None:
    """Print how long visits took, those that failed included."""
    seconds = defaultdict(list)
    for visit in visits:
        seconds[visit.kind].append(visit.ended - visit.began)
    for kind, times in seconds.items():
        ordered = sorted(times)
        middle, slow = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        print(f"{kind:<14}{len(ordered):>8} exchanges, p50 {middle * 1000:.0f} ms, p95 {slow * 1000:.0f} ms")


if __name__ == "__main__":
    main()
