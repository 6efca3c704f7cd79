"""A clock that is set while a program runs, and that its forks follow."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.movable_clock import set_clock

pytestmark = pytest.mark.process
PROGRAM = """
import os, sys, time
from datetime import datetime
child = os.fork()
for _line in sys.stdin if child else []:
    print(time.time(), datetime.now().timestamp(), time.monotonic(), flush=True)
if not child:
    time.sleep(float(sys.argv[1]))
    print(time.time(), flush=True)
"""
SECONDS = 3.0
HOUR = timedelta(hours=1)


def test_program_and_its_fork_follow_a_clock_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    set_clock(file := tmp_path / "clock")
    command = [sys.executable, "-m", "tests.movable_clock", str(file), str(tmp_path / "program.py"), str(SECONDS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout

        def ask() -> list[float]:
            program.stdin.write("\n")
            program.stdin.flush()
            return [float(said) for said in program.stdout.readline().split()]

        right = ask()
        set_clock(file, HOUR)
        time.sleep(0.5)
        ahead = ask()
        in_the_fork = float(program.stdout.readline())
        set_clock(file)
        time.sleep(0.5)
        right_again = ask()
        now = time.time()

    set_by = [later - sooner for sooner, later in zip(right, ahead, strict=True)]
    assert [3600 <= seconds < 3660 for seconds in set_by] == [True, True, False]
    assert in_the_fork - now > 3500
    assert abs(right_again[0] - now) < 5
