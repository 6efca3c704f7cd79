"""Uploaded files of activities that wait to be previewed or imported."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.private_storage import get_private_storage


class ActivityImport(models.Model):
    """An uploaded file with its owner and preview. It is kept for a day.

    It is imported only as it was previewed: the checksum covers the bytes, the fingerprint the report.
    """

    class State(models.TextChoices):
        TRYING = "trying"
        TRIED = "tried"
        SAVING = "saving"
        SAVED = "saved"
        FAILED = "failed"

    class Manner(models.TextChoices):
        DRAFTS = "drafts"
        PUBLISH = "publish"

    KEPT = timedelta(hours=24)
    WORKING = (State.TRYING, State.SAVING)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.FileField(storage=get_private_storage, max_length=200)
    original_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=State, default=State.TRYING, db_index=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.TextField(blank=True)
    report: Any = models.JSONField(null=True, blank=True)
    has_changed = models.BooleanField(default=False)
    manner = models.CharField(max_length=10, choices=Manner, default=Manner.DRAFTS, db_default=Manner.DRAFTS)
    """Whether what would change for the public waits as drafts, or is published."""
    note_sv = models.TextField(blank=True, default="", db_default="")
    note_en = models.TextField(blank=True, default="", db_default="")
    """The editor's own change note; empty for the automatic one."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("import of activities")
        verbose_name_plural = _("imports of activities")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether the time for which it is kept has passed."""
        return self.created_at < timezone.now() - self.KEPT
