"""Heartbeats of the worker's rounds: in memory for the process itself, in the database for everybody else."""

import os
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from jobs.failures import note_failure
from jobs.models import SILENT_AFTER, Failure, Heartbeat, Round

SECONDS_BETWEEN_WRITES = 5.0
"""While there is nothing to do, so that an idle worker hardly writes."""
stopping = threading.Event()
"""Set when the worker is told to stop: no new row is begun."""


@dataclass
class Pulse:
    """How a round of this process goes on."""

    round: Round
    started_at: datetime = field(default_factory=timezone.now)
    felt: float = field(default_factory=time.monotonic)
    written: float | None = None
    job: str = ""
    model: str = ""
    key: int | None = None

    def take_step(self, job: str, model: str, key: int | None) -> None:
        """Note what the round does now. Write it, if a row is begun or done, or nothing was written for a while."""
        is_at_row = key is not None or self.key is not None
        self.felt = time.monotonic()
        self.job, self.model, self.key = job, model, key
        if self.written is None or is_at_row or self.felt - self.written > SECONDS_BETWEEN_WRITES:
            self._write()

    def _write(self) -> None:
        if self.written is None:
            bury_the_dead(self.round)
        identity = {"round": self.round, "host": socket.gethostname(), "pid": os.getpid()}
        values = {"doing": self.job, "model": self.model, "key": self.key, "beat_at": timezone.now()}
        if not Heartbeat.objects.filter(**identity).update(**values):
            Heartbeat.objects.create(**identity, **values, started_at=self.started_at)
        self.written = self.felt


_here = threading.local()
_pulses: dict[Round, Pulse] = {}


def begin_round(round_: Round) -> None:
    """Let the steps of this thread be those of a round."""
    _here.pulse = _pulses[round_] = Pulse(round_)


def note_step(job: str = "", model: str = "", key: int | None = None) -> None:
    """Note that this thread's round takes a step, and at what. Outside a worker it does nothing."""
    pulse: Pulse | None = getattr(_here, "pulse", None)
    if pulse is not None:
        pulse.take_step(job, model, key)


def is_busy() -> bool:
    """Whether any round of this process is at a job."""
    return any(pulse.job for pulse in _pulses.values())


def find_stopped_rounds() -> list[str]:
    """Return the rounds of this process that have stood still for longer than any step takes, and at what."""
    long_ago = time.monotonic() - SILENT_AFTER.total_seconds()
    stopped = [pulse for pulse in _pulses.values() if pulse.felt < long_ago]
    return [f"{pulse.round}: {pulse.job} {pulse.model} {pulse.key or ''}".strip() for pulse in stopped]


def bury_the_dead(round_: Round) -> None:
    """Remove the heartbeats of a round whose processes are gone, and note the rows at which they ended as failures.

    A row may end its process, by all memory that it takes or by never ending. It must not do so for ever.
    """
    now = timezone.now()
    for heartbeat in Heartbeat.objects.filter(round=round_):
        is_gone = heartbeat.host == socket.gethostname() and not _is_running_another(heartbeat.pid)
        if (is_gone or heartbeat.beat_at < now - SILENT_AFTER) and heartbeat.delete()[0] and heartbeat.key is not None:
            failure = note_failure(heartbeat.doing, "the process ended", heartbeat.model, heartbeat.key)
            if failure.attempts == 1:  # anyone may have killed it
                Failure.objects.filter(pk=failure.pk).update(due_at=now)


def _is_running_another(pid: int) -> bool:
    """Whether another process has the number: our own number can only be a predecessor's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return pid != os.getpid()
