"""Processes of a running portal that die or freeze: others take their place, and the site answers meanwhile."""

import os
import signal
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.portal_process import Portal

SECONDS_TO_RECOVER = 30
"""On a machine that does much else."""


def children_of(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def wait_until(condition: Callable[[], bool], seconds: float = SECONDS_TO_RECOVER) -> float:
    """Return how long it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds
        time.sleep(0.05)
    return time.monotonic() - started


def ask(portal: Portal, path: str = "/", timeout: float = SECONDS_TO_RECOVER) -> int | str:
    """Return the status of a page, or the name of what went wrong."""
    try:
        with urllib.request.urlopen(f"{portal.base_url}{path}", timeout=timeout) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        return type(error).__name__


@pytest.fixture(scope="module")
def portal(database_server: None) -> Iterator[Portal]:
    from tests.portal_process import demo_portal

    with demo_portal() as running:
        yield running


def replace(portal: Portal, how: signal.Signals, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Kill or stop a child of the server and the worker's, and wait until others have taken their places."""
    parents = [process.pid for process in portal.processes]
    wait_until(lambda: all(map(children_of, parents)))
    before = [children_of(parent) for parent in parents]
    victims = {min(children) for children in before}
    wait_until(lambda: all(map(has_shown_life, victims)))  # one that has just begun is given a minute
    for victim in victims:
        os.kill(victim, how)
    time.sleep(0.3)  # a thread may go on for as long until it knows that it is stopped

    meanwhile()

    for parent, children in zip(parents, before, strict=True):
        wait_until(lambda parent=parent, children=children: _is_replaced(children, children_of(parent), victims))
    assert all(process.poll() is None for process in portal.processes)


def has_shown_life(pid: int) -> bool:
    return any(Path(tempfile.gettempdir()).glob(f"portal-*/{pid}"))


def _is_replaced(before: set[int], now: set[int], victims: set[int]) -> bool:
    return len(now) == len(before) and not now & victims


def test_processes_that_are_killed_are_replaced(portal: Portal) -> None:
    replace(portal, signal.SIGKILL)

    assert [ask(portal) for _n in range(10)] == [200] * 10


def test_processes_that_freeze_are_replaced_and_keep_no_visitor_waiting(portal: Portal) -> None:
    """But those whose answers they were about to give."""
    answers = []

    replace(portal, signal.SIGSTOP, lambda: answers.extend(ask(portal, timeout=5) for _n in range(20)))

    assert answers == [200] * 20
    assert portal.log.count("shows no life and is killed") == 2
