from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(minutes=10)
"""Longer than any step of a job takes: a round that has not beaten since then stands still."""


class Round(models.TextChoices):
    """The rounds that a worker goes beside each other, each in a thread of its own."""

    QUICK = "quick", _("mail and what else people wait for")
    SLOW = "slow", _("files, lists and statistics")
    SEARCH = "search", _("the search index")


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Heartbeats by whether they are still felt."""

    def beating(self, at: datetime | None = None) -> Self:
        """Filter the rounds that go on. One that no heartbeat of this set has is done by no worker."""
        return self.filter(beat_at__gt=(at or timezone.now()) - SILENT_AFTER)


class Heartbeat(models.Model):
    """That a round of a worker goes on: one row for each process and round, renewed at each of its steps."""

    round = models.CharField(_("round"), max_length=10, choices=Round)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    beat_at = models.DateTimeField(_("last heartbeat"), default=timezone.now, db_index=True)
    doing = models.CharField(_("doing"), max_length=100, blank=True)
    """The job at hand, as in `mailroom.outbox.send_due_mail`. Empty while the round waits for work."""
    model = models.CharField(_("kind"), max_length=100, blank=True)
    """The kind of row at hand, as in `mailroom.outgoingmail`. Empty between rows."""
    key = models.BigIntegerField(_("row"), null=True, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["round", "host", "pid"]
        constraints = [models.UniqueConstraint(fields=["host", "pid", "round"], name="jobs_heartbeat_once")]

    def __str__(self) -> str:
        return f"{self.round} {self.host} {self.pid}"
