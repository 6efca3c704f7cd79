"""Timed publications on two nodes with two workers, one of which is killed: each exactly once, on both nodes."""

import time
from pathlib import Path

from jobs.models import Round
from rus_portal.worker import NICENESS
from tests.load.memory import children_of
from tests.load.publications import find_broken, hide_until_later, schedule_changes, watch_changes, watch_hidden
from tests.portal_process import Portal, another_node

NUMBER = 24
NICENESS_AT = 16
"""The place of a thread's niceness behind its name in /proc/PID/task/TID/stat."""


def test_changes_due_at_one_second_are_published_once_though_a_worker_is_killed(own_portal: Portal) -> None:
    with another_node(own_portal) as node:
        nodes = [own_portal, node]
        changes = schedule_changes(own_portal, NUMBER)
        broken = list(find_broken(own_portal, watch_changes(nodes, changes, doomed=1), changes))

        hidden = hide_until_later(own_portal, changes)
        broken += find_broken(own_portal, watch_hidden(nodes, hidden), hidden)

    assert broken == []


def read_niceness(pid: int) -> list[int]:
    """Return how nice each thread of a process is to others."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return [int(stat.read_text().rpartition(")")[2].split()[NICENESS_AT]) for stat in stats]


def test_of_the_worker_only_publishing_does_not_yield_to_the_server(portal: Portal) -> None:
    threads = len(Round) + 1
    while not (children := children_of(portal.processes[1].pid)) or len(read_niceness(children[0])) < threads:
        time.sleep(0.05)

    niceness = sorted(read_niceness(children[0]))

    assert niceness == [niceness[0]] + [niceness[0] + NICENESS] * (threads - 1)
