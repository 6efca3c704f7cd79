"""Files that wait for the virus check, whichever model they belong to: their states, rounds and pauses."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.backoff import Backoff

FILES_A_ROUND = 20
SECONDS_A_ROUND = 20.0
"""Limits after which no new scan begins, so that mail does not wait behind many files."""
BACKOFF = Backoff(timedelta(seconds=15))
LARGEST_SMALLINT = 32767


class Scan(models.TextChoices):
    """How far the virus check of a file has come."""

    PENDING = "pending", _("waiting for virus check")
    CLEAN = "clean", _("checked, nothing found")
    INFECTED = "infected", _("infected, kept as evidence")
    UNCHECKED = "unchecked", _("not checked for viruses")


READABLE = (Scan.CLEAN, Scan.UNCHECKED)
"""Clean, or no virus check is set up."""


class Waiting(Protocol):
    """The columns of a file that waits to be scanned, in whichever model."""

    pk: int
    scan_attempts: int
    scan_due_at: datetime
    scan_note: str

    def save(self, *, update_fields: list[str]) -> None:
        """Save the named columns."""


class Outcome(Enum):
    CHECKED = auto()
    POSTPONED = auto()
    NOTHING_DUE = auto()


def run_round(scan_next: Callable[[], Outcome]) -> int:
    """Scan files until the round is over. Return how many were tried."""
    deadline, tried = time.monotonic() + SECONDS_A_ROUND, 0
    while tried < FILES_A_ROUND and time.monotonic() < deadline:
        outcome = scan_next()
        tried += outcome != Outcome.NOTHING_DUE
        if outcome != Outcome.CHECKED:
            break
    return tried


def postpone_scan(file: Waiting, error: str) -> None:
    """Schedule the next attempt after twice the last wait."""
    file.scan_attempts = min(file.scan_attempts + 1, LARGEST_SMALLINT)
    file.scan_due_at = BACKOFF.find_next_attempt(file.scan_attempts)
    file.scan_note = (gettext("could not be checked: %(error)s") % {"error": error})[:300]
    file.save(update_fields=["scan_attempts", "scan_due_at", "scan_note"])
