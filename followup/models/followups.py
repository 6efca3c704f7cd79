"""Follow-ups, and the corrections that can be added once they are published."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from publishing.models import Addressed, Publishable
from publishing.prose import EXTENSIONS, sanitize_prose
from strategy.models import YEAR, Strategy

TAKEN_ADDRESSES = {"compare", "jamfor"}
"""Slugs that are the addresses of other pages."""


class FollowUp(Addressed, Publishable):
    """An account of a strategy's progress (lag 2010:630, 5 §). Publishing freezes a snapshot.

    Once `frozen`, the database refuses every change but withdrawing it and publishing it again.
    """

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("Annual follow-up")
        HALF_TIME = "half_time", _("Half-time follow-up")
        FINAL = "final", _("Final follow-up")

    url_name = "followup:detail"

    strategy = models.ForeignKey(
        Strategy, on_delete=models.PROTECT, related_name="followups", verbose_name=_("strategy")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ANNUAL)
    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR, help_text=_("The year it covers."))
    as_of = models.DateField(
        _("reference date"),
        help_text=_("Activities are shown as they stood at the end of this day, according to their status reports."),
    )
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))
    body = ProseEditorField(_("what we learnt"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=160, help_text=_("Name and title."))
    signed_on = models.DateField(_("signed on"), default=timezone.localdate)
    frozen = models.JSONField(_("snapshot"), null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)

    class Meta(Publishable.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["-as_of", "slug"]
        permissions = [("publish_followup", _("Can publish, withdraw and correct follow-ups"))]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(frozen__isnull=False) | Q(publication__in=["draft", "review"]),
                name="followup_published_is_frozen",
                violation_error_message=_("Publish the follow-up on its own page: publishing takes a snapshot of it."),
            ),
            models.CheckConstraint(
                condition=Q(frozen__isnull=True, frozen_at__isnull=True)
                | Q(frozen__isnull=False, frozen_at__isnull=False),
                name="followup_frozen_has_time",
            ),
            models.CheckConstraint(condition=~Q(signed_by=""), name="followup_signed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    def clean(self) -> None:
        super().clean()
        if self.slug in TAKEN_ADDRESSES:
            raise ValidationError({"slug": _("This address is used by another page. Choose a different one.")})
        if self.as_of and self.as_of > timezone.localdate():
            raise ValidationError({"as_of": _("The reference date is in the future. Choose today or an earlier date.")})

    def get_report_url(self) -> str:
        return reverse("followup:report", args=[self.slug])

    def get_activities_url(self) -> str:
        return reverse("followup:activities", args=[self.slug])


class Correction(models.Model):
    """A correction, shown above a published follow-up, which itself is never changed."""

    followup = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="corrections", verbose_name=_("follow-up")
    )
    text = models.TextField(_("correction"), help_text=_("What was wrong, and what is right."))
    signed_by = models.CharField(_("signed by"), max_length=160)
    noted_on = models.DateField(_("date"), default=timezone.localdate, editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-noted_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(signed_by=""), name="followup_correction_signed")]

    def __str__(self) -> str:
        return f"{self.noted_on}: {self.text[:60]}"
