"""Progress of an activity: milestones, signed status reports, reminders."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans.models.activities import Activity


class Milestone(models.Model):
    """Something that should have happened in an activity by a day."""

    class State(models.TextChoices):
        REACHED = "reached", pgettext_lazy("milestone", "reached")
        LATE = "late", pgettext_lazy("milestone", "late")
        DUE = "due", pgettext_lazy("milestone", "to be reached")

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    due_on = models.DateField(_("due"))
    reached_on = models.DateField(_("reached"), null=True, blank=True)
    reached_in = models.ForeignKey(
        "StatusUpdate", on_delete=models.SET_NULL, null=True, editable=False, related_name="milestones"
    )
    """The report by which it was ticked, if any."""

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.reached_on and self.reached_on > timezone.localdate():
            raise ValidationError({"reached_on": _("Enter the date it was reached. It cannot be in the future.")})

    def state(self, on: date | None = None) -> State:
        """Return the state, derived from the dates. A milestone of an activity that is not open is never late."""
        if self.reached_on:
            return self.State.REACHED
        is_open = self.activity.delivery_status in Activity.OPEN
        return self.State.LATE if is_open and self.due_on < (on or timezone.localdate()) else self.State.DUE


class StatusUpdateQuerySet(models.QuerySet):
    """Reports that the public, or only staff, may read."""

    def public(self) -> "StatusUpdateQuerySet":
        return self.filter(is_public=True)


class StatusUpdate(models.Model):
    """A dated and signed report on an activity. It is never changed: another report corrects it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="updates")
    reported_on = models.DateField(_("date"), default=timezone.localdate)
    before = models.CharField(_("status before"), max_length=10, choices=Activity.Delivery)
    after = models.CharField(_("status after"), max_length=10, choices=Activity.Delivery)
    text = models.TextField(_("what has happened"))
    is_public = models.BooleanField(
        _("visible to the public"),
        default=True,
        help_text=_("Otherwise only people who work with the plans can see it."),
    )
    ends_before = models.DateField(_("end before"), null=True, blank=True)
    ends_after = models.DateField(_("new end"), null=True, blank=True)
    """None unless the report gave the activity a new end."""
    evidence_title = models.CharField(_("what shows it"), max_length=160, blank=True, default="", db_default="")
    evidence_url = models.URLField(_("link to what shows it"), blank=True, default="", db_default="")
    signed_by = models.CharField(_("signed by"), max_length=160)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ["-reported_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(signed_by=""), name="actionplans_statusupdate_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.reported_on}: {self.get_after_display()}"


class Reminder(models.Model):
    """Notes that an activity was in a week's digest: at most once, however often the worker runs."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="reminders")
    week = models.DateField(_("the week's Monday"))
    sent_to = models.EmailField(_("sent to"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-week", "pk"]
        indexes = [models.Index(fields=["week"], name="actionplans_reminder_week")]
        constraints = [
            models.UniqueConstraint(fields=["activity", "week"], name="actionplans_reminder_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.activity}"
