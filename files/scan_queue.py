"""Files that wait for the virus check, whichever model they belong to: their states, rounds and pauses."""

from datetime import datetime, timedelta
from typing import Protocol

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jobs.backoff import Backoff

FILES_A_ROUND = 20
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


def postpone_scan(file: Waiting, error: str) -> None:
    """Schedule the next attempt after twice the last wait."""
    file.scan_attempts = min(file.scan_attempts + 1, LARGEST_SMALLINT)
    file.scan_due_at = BACKOFF.find_next_attempt(file.scan_attempts)
    file.scan_note = (gettext("could not be checked: %(error)s") % {"error": error})[:300]
    file.save(update_fields=["scan_attempts", "scan_due_at", "scan_note"])
