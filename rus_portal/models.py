from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BackupRunQuerySet(models.QuerySet["BackupRun"]):
    """Backups by what became of them."""

    def kept(self) -> Self:
        """Filter those that left something to restore."""
        return self.exclude(outcome=BackupRun.Outcome.FAILED)

    def find_latest(self) -> "BackupRun | None":
        """Return the one that ended last, whatever became of it; of `kept()`, the one to restore."""
        return self.order_by("-ended_at").first()


class BackupRun(models.Model):
    """An attempt to back up the portal, and what became of it. Written when it has ended."""

    class Outcome(models.TextChoices):
        WHOLE = "whole", _("whole")
        INCOMPLETE = "incomplete", _("kept, but something is missing or wrong")
        FAILED = "failed", _("failed: no backup was made")

    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), default=timezone.now, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    folder = models.CharField(_("folder"), max_length=1000)
    size = models.BigIntegerField(_("size in bytes"), default=0)
    message = models.TextField(_("what the command said"), blank=True)
    """In English, as all that commands say; a sentence a line. Empty if all went well."""

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.outcome}"

    def get_age(self, at: datetime | None = None) -> timedelta:
        """Return how old what is in the backup is: it holds what was there when it began."""
        return (at or timezone.now()) - self.started_at
