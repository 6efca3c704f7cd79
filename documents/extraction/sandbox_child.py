"""Opens one file: `python -m documents.extraction.sandbox_child SECONDS MEMORY QUESTION … < FILE > ANSWER`.

The file is the process's input, so that it needs no name and no right to read anything else. The answer is JSON, an
object a line, the last of which has `end`, the most memory it had in bytes: whoever asked also knows what to do with
half an answer.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from typing import IO, Any

from documents.extraction.facts import RefusedError

FILE = "/proc/self/fd/0"
"""Opened by this name, the file has a place of its own to read from; it may have no other name left."""


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
    except Exception:  # noqa: BLE001 - whatever it is, the file brought it about
        _say(answer, {"refused": "broken", "detail": ""})
    _say(answer, {"end": _peak()})
    answer.flush()
    os._exit(0)  # a library that would break while it tidies up after a hostile file has nothing left to break


def _answers(question: str, *arguments: str) -> Iterator[dict[str, Any]]:
    if question == "inspect":
        from documents.extraction.detection import read_facts

        yield read_facts(FILE)._asdict()
    else:
        from documents.extraction.texts import read_texts

        yield from read_texts(FILE, arguments[0], int(arguments[1]), int(arguments[2]))


def _quiet_output() -> IO[bytes]:
    """Where answers go. What libraries print goes nowhere."""
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
    signal.alarm(seconds)  # whoever asked may be gone


def _peak() -> int:
    """The most memory that was resident since this program began (VmHWM, proc(5)), in bytes."""
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def _say(answer: IO[bytes], line: dict[str, Any]) -> None:
    answer.write(json.dumps(line).encode() + b"\n")
    answer.flush()


if __name__ == "__main__":
    main()
