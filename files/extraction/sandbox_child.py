"""Opens one file: `python -m files.extraction.sandbox_child SECONDS MEMORY QUESTION … < FILE > ANSWER`.

The file is the process's input, so that it needs no name and no right to read anything else. The answer is JSON, one
object a line; the last has `end`, the peak memory in bytes. The caller can use half an answer.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from typing import IO, Any

from files.extraction.facts import RefusedError

FILE = "/proc/self/fd/0"
"""Opened by this name, the file has a read position of its own; it may have no other name left."""


def main() -> None:
    answer = _quiet_output()
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        for line in _answers(sys.argv[3], *sys.argv[4:]):
            _say(answer, line)
    except RefusedError as refusal:
        _say(answer, {"refused": refusal.code, "detail": refusal.detail})
    except MemoryError:
        _say(answer, {"refused": "too_heavy", "detail": ""})
    except Exception:  # noqa: BLE001 - whatever it is, the file caused it
        _say(answer, {"refused": "broken", "detail": ""})
    _say(answer, {"end": _peak()})
    answer.flush()
    os._exit(0)  # without clean-up, in which a library could crash after a hostile file


def _answers(question: str, *arguments: str) -> Iterator[Mapping[str, Any]]:
    if question == "inspect":
        from files.extraction.detection import read_facts

        yield read_facts(FILE)._asdict()
    elif question == "all_text":
        from files.extraction.all_text import read_all_text

        yield from read_all_text(FILE, *arguments)
    else:
        from files.extraction.texts import read_texts

        yield from read_texts(FILE, arguments[0], int(arguments[1]), int(arguments[2]))


def _quiet_output() -> IO[bytes]:
    """Return the stream for answers; what libraries print is discarded."""
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answer


def _limit(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.alarm(seconds)  # the parent may be gone


def _peak() -> int:
    """Return the peak resident memory of this process (VmHWM, proc(5)), in bytes."""
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def _say(answer: IO[bytes], line: Mapping[str, Any]) -> None:
    answer.write(json.dumps(line).encode() + b"\n")
    answer.flush()


if __name__ == "__main__":
    main()
