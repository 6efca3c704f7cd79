"""A thread of the worker ends only by an unexpected error, which is raised in the main thread."""

from queue import SimpleQueue

from jobs.wake_up import Channel
from rus_portal import worker


def test_worker_ends_with_what_a_round_did_not_foresee() -> None:
    surprise, ends = ValueError("Something nobody thought of."), SimpleQueue[Exception]()

    def fail() -> int:
        raise surprise

    worker._work([fail], Channel.SEARCH, ends)

    assert ends.get_nowait() is surprise
