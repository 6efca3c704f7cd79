from datetime import datetime, timedelta
from typing import Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(minutes=10)
"""Longer than any step of a job takes: a round that has not beaten since then stands still."""


class Round(models.TextChoices):
    """The rounds that a worker goes beside each other, each in a thread of its own."""

    PUBLISHING = "publishing", _("changes whose moment has come")
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


class FailureQuerySet(models.QuerySet["Failure"]):
    """Failures by whether they are tried again."""

    def given_up(self) -> Self:
        """Filter those that are tried again only when somebody asks for it."""
        return self.filter(due_at=None)

    def waiting(self, at: datetime | None = None) -> Self:
        """Filter those that are not to be tried at a moment, by default now."""
        return self.filter(Q(due_at=None) | Q(due_at__gt=at or timezone.now()))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter those of rows whose kind a user may see, and of jobs as a whole."""
        models = [model._meta for model in apps.get_models()]
        visible = [of.label_lower for of in models if user.has_perm(f"{of.app_label}.view_{of.model_name}")]
        return self.filter(model__in=["", *visible])

    def try_again(self) -> int:
        """Let the worker try them anew, as often as the first time. Return how many."""
        return self.update(attempts=0, due_at=timezone.now())


class Failure(models.Model):
    """A row that a job could not do, for a reason that nobody foresaw. Those behind it are done meanwhile.

    It is tried again with growing pauses, then given up until somebody asks for it. The row is deleted when the job
    is done. Without a key the job as a whole has failed; it is never given up.
    """

    job = models.CharField(_("job"), max_length=100)
    """As in `mailroom.outbox.send`."""
    model = models.CharField(_("kind"), max_length=100, blank=True)
    """The kind of row, as in `mailroom.outgoingmail`."""
    key = models.BigIntegerField(_("row"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("what went wrong"), max_length=300)
    """The error's name and place. Its message may hold what somebody wrote, and stands in the log alone."""
    first_at = models.DateTimeField(_("first attempt"), auto_now_add=True)
    failed_at = models.DateTimeField(_("latest attempt"), default=timezone.now)
    due_at = models.DateTimeField(_("next attempt"), null=True, blank=True)

    objects = FailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("failed job")
        verbose_name_plural = _("failed jobs")
        ordering = ["first_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["job", "model", "key"], name="jobs_failure_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.model} {self.key}"

    def describe_thing(self) -> str:
        """Return what could not be done, in words that its users know: its kind and number."""
        try:
            return f"{apps.get_model(self.model)._meta.verbose_name} {self.key}"
        except (LookupError, ValueError):
            return gettext("the whole job")
