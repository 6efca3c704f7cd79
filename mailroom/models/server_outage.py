"""That no mail can be sent, because the mail server cannot be reached or does not let us in."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs.backoff import Backoff

BACKOFF = Backoff(timedelta(seconds=5), longest=timedelta(minutes=5))


class MailServerOutage(models.Model):
    """The outage that lasts, if there is one: all mail waits for the next attempt, which is made with one mail."""

    ONLY: ClassVar[int] = 1
    """The key of its one row."""

    began_at = models.DateTimeField(_("since"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    fault = models.TextField(_("what went wrong"))

    class Meta:
        verbose_name = _("outage of the mail server")
        verbose_name_plural = _("outages of the mail server")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mailroom_outage_once")]

    def __str__(self) -> str:
        return self.fault

    def note_attempt(self, fault: str) -> None:
        """Note that the server was asked in vain, and wait longer than before."""
        self.attempts += 1
        self.fault = fault
        self.due_at = BACKOFF.find_next_attempt(self.attempts)
        self.save()
