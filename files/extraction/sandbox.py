"""Opens a file in a process of its own, with limits, and does not trust what it answers."""

import io
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.core.files import File

from files.circuit_breaker import StorageAwayError

MEBIBYTE = 2**20
CHUNK = 64 * 1024
SECONDS_TO_END = 1.0
RAN_OUT = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM, -signal.SIGABRT, -signal.SIGTRAP}
"""Exit codes of a process that was stopped by us or by its limits (libraries abort when they get no memory)."""
logger = logging.getLogger(__name__)


class Limits(NamedTuple):
    """The limits of the process. It ends itself after `seconds`; a moment later we kill it."""

    seconds: int = 25
    memory: int = 512 * MEBIBYTE
    answer: int = 8 * MEBIBYTE


class Answer(NamedTuple):
    """The answer of the process, and how it ended."""

    lines: list[dict[str, Any]]
    is_whole: bool
    ran_out: bool
    """Whether it lacked time or memory, rather than the file being faulty."""
    seconds: float
    memory: int
    """Peak resident memory in bytes, as the process says; the limit, if it did not finish."""


@contextmanager
def open_on_disk(file: File) -> Iterator[int]:
    """Yield a descriptor of the file; one in a remote storage is copied to the disk first.

    Raise `StorageAwayError` if the disk has no room for the copy: that says nothing of the file.
    """
    file.seek(0)
    descriptor = _descriptor(file)
    if descriptor is not None:
        yield descriptor
        return
    with tempfile.TemporaryFile() as copy:
        for chunk in file.chunks():
            _write(copy, chunk)
        yield copy.fileno()
    file.seek(0)


def _write(copy: IO[bytes], chunk: bytes) -> None:
    try:
        copy.write(chunk)
        copy.flush()
    except OSError as error:
        raise StorageAwayError(f"The disk did not take a copy of the file: {error.strerror}.") from error


def _descriptor(file: File) -> int | None:
    try:
        descriptor: int = file.fileno()
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor


def run_sandboxed(descriptor: int, *question: str, limits: Limits) -> Answer:
    """Run the process with the file as its input, and return its answer when it ends or is killed."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        [
            sys.executable,
            "-m",
            "files.extraction.sandbox_child",
            str(limits.seconds),
            str(limits.memory),
            *question,
        ],
        stdin=descriptor,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={"LANG": "C.UTF-8"},
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101
    with process.stdout as pipe:
        output = _read(pipe, limits.answer, began + limits.seconds + SECONDS_TO_END)
    status = _end(process)
    lines, peak = _parse(output)
    is_whole = peak is not None
    answer = Answer(
        lines=lines,
        is_whole=is_whole,
        ran_out=not is_whole and status in RAN_OUT,
        seconds=time.monotonic() - began,
        memory=limits.memory if peak is None else peak,
    )
    if not is_whole:
        logger.warning("%s ended with %s after %.1f s", question, status, answer.seconds)
    return answer


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process to end, kill it if it does not, and return its exit code."""
    deadline = time.monotonic() + SECONDS_TO_END
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > deadline:
            break
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _read(pipe: IO[bytes], at_most: int, deadline: float) -> bytes:
    """Return what comes through the pipe, until it ends, the deadline passes, or it is too much."""
    output = io.BytesIO()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while output.tell() < at_most and selector.select(max(0, deadline - time.monotonic())):
            part = os.read(pipe.fileno(), CHUNK)
            if not part:
                break
            output.write(part)
    return output.getvalue()


def _parse(output: bytes) -> tuple[list[dict[str, Any]], int | None]:
    """Return the whole lines as objects, and the peak memory from the last one; None if that is missing."""
    lines: list[dict[str, Any]] = []
    for line in output.split(b"\n")[:-1]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(found, dict):
            break
        if found.keys() == {"end"} and isinstance(found["end"], int):
            return lines, found["end"]
        lines.append(found)
    return lines, None
