"""A loop of the worker's ends only by what it cannot go on after, and hands it to where the process waits."""

from queue import SimpleQueue

from rus_portal import worker


def test_worker_ends_with_what_a_round_did_not_foresee() -> None:
    surprise, ends = ValueError("Something nobody thought of."), SimpleQueue[Exception]()

    def fail() -> int:
        raise surprise

    worker._work([fail], "search", ends)

    assert ends.get_nowait() is surprise
