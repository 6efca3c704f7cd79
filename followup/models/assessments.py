"""The assessment of each goal, and its evidence."""

from datetime import datetime
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from followup.models.followups import FollowUp
from publishing.models import is_public
from strategy.models import Goal


class Verdict(models.TextChoices):
    """The judgement of a goal. It is shown beside delivery and outcome, never computed from them."""

    REACHED = "reached", _("Will be reached")
    PARTLY = "partly", _("Will be partly reached")
    NOT_REACHED = "not_reached", _("Will not be reached")
    CANNOT_JUDGE = "cannot_judge", _("Cannot be judged")


class AssessmentQuerySet(models.QuerySet):
    """Assessments by what the public may see."""

    def published(self, at: datetime | None = None) -> Self:
        """Filter those of published follow-ups."""
        return self.filter(is_public(at or timezone.now(), "followup__"))

    def latest(self) -> Self:  # type: ignore[override]
        """Filter the newest one for each goal, with its follow-up."""
        newest = self.order_by("goal_id", "-followup__as_of", "-followup__pk").distinct("goal_id")
        return newest.select_related("followup").defer("followup__frozen")


class Assessment(models.Model):
    """A signed judgement of how far a goal has come."""

    followup = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("follow-up")
    )
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("goal"))
    verdict = models.CharField(_("judgement"), max_length=12, choices=Verdict, blank=True)
    text = models.TextField(
        _("assessment text"),
        blank=True,
        help_text=_(
            "What supports the judgement, what speaks against it and what is not known. An empty line "
            "starts a new paragraph."
        ),
    )
    signed_by = models.CharField(_("signed by"), max_length=160, blank=True, help_text=_("Name and title."))
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-followup__as_of", "goal__position", "goal__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["followup", "goal"],
                name="followup_assessment_once_a_goal",
                violation_error_message=_("The follow-up already assesses this goal."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal} – {self.followup}"

    @property
    def is_complete(self) -> bool:
        """Whether it can be published: judged, in words, signed and dated."""
        return bool(self.verdict and self.text_sv and self.signed_by and self.signed_on)  # type: ignore[attr-defined]


class Evidence(models.Model):
    """A page of a document that an assessment is based on. The snapshot keeps which version of the file it was."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("assessment")
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("document")
    )
    page = models.PositiveSmallIntegerField(_("page"), null=True, blank=True, validators=[MinValueValidator(1)])
    label = models.CharField(_("what it shows"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = pgettext_lazy("several", "evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(page__isnull=True) | Q(page__gte=1), name="followup_evidence_page"),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.page}" if self.page else str(self.document)
