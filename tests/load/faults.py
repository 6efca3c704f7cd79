"""The faults that strike a portal under load, one a minute."""

import os
import signal
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from itertools import cycle
from typing import NamedTuple

from tests.load.journal import AWAY, LOGGED_OUT, SILENCE
from tests.load.whole_portal import WholePortal
from tests.movable_clock import set_clock

SERVER, WORKER = 0, 1
SECONDS_BETWEEN_FAULTS = 60.0
SECONDS_BEFORE_THE_FIRST = 25.0
"""So that there is time for recovery after the last one, too."""
SECONDS_AWAY = 10.0
"""For what is taken away and given back."""
SECONDS_BETWEEN_BALLAST = 0.1
CLOCK_AHEAD = timedelta(hours=26)
NOTHING: frozenset[str] = frozenset()
PAGE = frozenset({AWAY})
CUT_OFF = frozenset({AWAY, SILENCE})


class Fault(NamedTuple):
    """Something that goes wrong."""

    name: str
    words: str
    strike: Callable[[WholePortal], None]
    felt: Collection[str]
    """What visitors may meet meanwhile, beside what is as usual."""
    is_lifted: bool = True
    """Whether `strike` also gives back what it took. Otherwise the portal has to find its own way from the start."""
    needed: str = ""
    """The part of the portal that it takes away, which not every machine has."""


class Strike(NamedTuple):
    """A fault that has struck. Its times are those of the monotonic clock."""

    minute: int
    fault: Fault
    began: float
    lifted: float


def kill_server(portal: WholePortal) -> None:
    os.kill(portal.processes[SERVER].pid, signal.SIGKILL)
    portal.restart(SERVER)


def kill_worker(portal: WholePortal) -> None:
    os.kill(portal.processes[WORKER].pid, signal.SIGKILL)
    portal.restart(WORKER)


def signal_child(number: int, what: signal.Signals) -> Callable[[WholePortal], None]:
    """Return what sends a signal to a child of the server or the worker."""
    return lambda portal: os.kill(portal.find_youngest_child(number), what)


def freeze_for_a_while(find: Callable[[WholePortal], list[int]]) -> Callable[[WholePortal], None]:
    """Return what stops processes, the first of which starts the others, and lets them go on."""

    def freeze(portal: WholePortal) -> None:
        pids = find(portal)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(SECONDS_AWAY)
        for pid in reversed(pids):
            os.kill(pid, signal.SIGCONT)

    return freeze


def take_database(portal: WholePortal) -> None:
    portal.stop_database()
    time.sleep(SECONDS_AWAY)
    portal.start_database()


def fill_disk(portal: WholePortal) -> None:
    """Fill the disk, and again what others leave."""
    assert portal.disk
    ends = time.monotonic() + SECONDS_AWAY
    while time.monotonic() < ends:
        portal.disk.fill()
        time.sleep(SECONDS_BETWEEN_BALLAST)
    portal.disk.make_room()


def take_mail_server(portal: WholePortal) -> None:
    portal.mail.go_away()
    time.sleep(SECONDS_AWAY)
    portal.mail.start()


def take_store(portal: WholePortal) -> None:
    assert portal.store
    portal.store.go_away()
    time.sleep(SECONDS_AWAY)
    portal.store.come_back()


def take_virus_checker(portal: WholePortal) -> None:
    assert portal.clamd
    portal.clamd.kill()
    time.sleep(SECONDS_AWAY)
    portal.clamd.start()


def set_servers_clock(portal: WholePortal) -> None:
    set_clock(portal.clock_file, CLOCK_AHEAD)
    time.sleep(SECONDS_AWAY)
    set_clock(portal.clock_file)


FAULTS = [
    Fault("kill-child", "a server child killed", signal_child(SERVER, signal.SIGKILL), CUT_OFF, is_lifted=False),
    Fault("freeze-child", "a server child frozen", signal_child(SERVER, signal.SIGSTOP), CUT_OFF, is_lifted=False),
    Fault("database-stop", "the database stopped at once", take_database, PAGE),
    Fault("kill-job", "the worker's child killed", signal_child(WORKER, signal.SIGKILL), NOTHING, is_lifted=False),
    Fault("freeze-job", "the worker's child frozen", signal_child(WORKER, signal.SIGSTOP), NOTHING, is_lifted=False),
    Fault("disk-full", "the disk full", fill_disk, PAGE, needed="disk"),
    Fault("smtp-away", "the mail server away", take_mail_server, NOTHING),
    Fault(
        "database-freeze",
        "the database frozen",
        freeze_for_a_while(WholePortal.find_database_processes),
        PAGE,
    ),
    Fault("kill-server", "the server killed, and started as by systemd", kill_server, CUT_OFF, is_lifted=False),
    Fault("store-away", "the object store away", take_store, PAGE, needed="store"),
    Fault("clamav-away", "ClamAV away", take_virus_checker, NOTHING, needed="clamd"),
    Fault("kill-worker", "the worker killed, and started as by systemd", kill_worker, NOTHING, is_lifted=False),
    Fault(
        "freeze-server",
        "the server's main process frozen",
        freeze_for_a_while(lambda portal: [portal.processes[SERVER].pid]),
        NOTHING,
    ),
    Fault(
        "freeze-worker",
        "the worker's main process frozen",
        freeze_for_a_while(lambda portal: [portal.processes[WORKER].pid]),
        NOTHING,
    ),
    Fault("clock", "the server's clock 26 hours ahead", set_servers_clock, frozenset({AWAY, LOGGED_OUT})),
]
MISSING = {
    "disk": "a disk of its own can be mounted by root only",
    "store": "OpenStack Swift and memcached are missing",
    "clamd": "clamd is missing",
}


def choose_faults(names: Collection[str], portal: WholePortal) -> list[Fault]:
    """Return the faults of these names, or all, in their order. Say which cannot strike on this machine."""
    chosen = []
    for fault in FAULTS:
        if names and fault.name not in names:
            continue
        if fault.needed and getattr(portal, fault.needed) is None:
            print(f"Left out: {fault.words}, since {MISSING[fault.needed]}.", flush=True)
        else:
            chosen.append(fault)
    return chosen


def strike_in_turn(portal: WholePortal, faults: list[Fault], minutes: float, every: float) -> list[Strike]:
    """Let a fault strike every so many seconds, round and round. Return what struck."""
    started, strikes = time.monotonic(), []
    for number, fault in enumerate(cycle(faults), 1):
        due = SECONDS_BEFORE_THE_FIRST + (number - 1) * every
        if due > minutes * 60 - SECONDS_BEFORE_THE_FIRST:
            break
        time.sleep(max(0.0, started + due - time.monotonic()))
        began = time.monotonic()
        fault.strike(portal)
        lifted = time.monotonic() if fault.is_lifted else began
        strikes.append(Strike(1 + int((began - started) / 60), fault, began, lifted))
        print(f"Minute {strikes[-1].minute}: {fault.words}, for {lifted - began:.1f} s.", flush=True)
    return strikes
