"""Funding programmes, and guidance on how their money serves goals and plans."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from actionplans.models import ActionPlan, Activity, Organisation, Theme
from contacts.models import StaffMember
from publishing.models import Addressed, Publishable, is_public
from publishing.prose import EXTENSIONS, sanitize_prose
from strategy.models import YEAR, Goal

APPLICANTS = {
    Organisation.Kind.REGION: _("regions"),
    Organisation.Kind.MUNICIPALITY: _("municipalities"),
    Organisation.Kind.COUNTY_BOARD: _("county administrative boards"),
    Organisation.Kind.AGENCY: _("government agencies"),
    Organisation.Kind.UNIVERSITY: _("universities"),
    Organisation.Kind.BUSINESS: _("businesses"),
    Organisation.Kind.CIVIL_SOCIETY: _("associations and others in civil society"),
}
"""The kinds of organisations in the plural, as those who may apply."""


class FundingProgramme(Addressed, Publishable):
    """Money that projects can apply for, on the terms of a fund or authority."""

    class Fund(models.TextChoices):
        GROWTH = "growth", _("Regional growth funding (1:1)")
        RURAL = "rural", _("Rural Development Programme")
        REGIONAL = "regional", _("European Regional Development Fund")
        SOCIAL = "social", _("European Social Fund")
        FISHERIES = "fisheries", _("Maritime and Fisheries Fund")
        INTERREG = "interreg", _("Interreg")

    url_name = "funding:programme"
    definite_name = _("the programme")

    fund = models.CharField(_("fund"), max_length=12, choices=Fund)
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("summary"))
    body = ProseEditorField(_("text"), extensions=EXTENSIONS, sanitize=sanitize_prose, blank=True)
    period_start = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True, validators=YEAR)
    period_end = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True, validators=YEAR)
    authority = models.CharField(_("managing authority"), max_length=160)
    geography = models.CharField(_("where projects can take place"), max_length=200)
    applicants = ArrayField(
        models.CharField(max_length=20, choices=Organisation.Kind), verbose_name=_("who can apply"), default=list
    )
    highest_rate = models.PositiveSmallIntegerField(
        _("maximum funding rate"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent of the project's costs. Leave empty if it differs between calls."),
    )
    link = models.URLField(_("the programme's website"), blank=True)
    contact = models.ForeignKey(
        StaffMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("contact"),
        help_text=_("The contact manages the programme's calls."),
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="programmes", verbose_name=_("areas covered"))
    activities = models.ManyToManyField(
        Activity, blank=True, related_name="programmes", verbose_name=_("activities funded")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(Publishable.Meta):
        verbose_name = _("funding programme")
        verbose_name_plural = _("funding programmes")
        ordering = ["position", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="funding_period_in_order",
                violation_error_message=_("The last year must not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(highest_rate__range=(1, 100)),
                name="funding_rate_is_a_percentage",
                violation_error_message=_("The maximum rate must be between 1 and 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def applicant_words(self) -> list[str]:
        """Who may apply, as labels in the order of the kinds."""
        return [str(words) for kind, words in APPLICANTS.items() if kind in self.applicants]


class GuidanceQuerySet(models.QuerySet):
    """Guidance by the publication of its programme, goal and plan."""

    def published(self, at: Any = None) -> Self:
        """Return guidance of published programmes; the page that shows it checks its goal or plan."""
        return self.filter(is_public(at or timezone.now(), "programme__")).select_related("programme")

    def of_published(self, at: datetime | None = None) -> Self:
        """Return guidance for a published goal or plan."""
        goals, plans = Goal.objects.published(at), ActionPlan.objects.published(at)
        return self.filter(Q(goal__in=goals.values("pk")) | Q(plan__in=plans.values("pk")))


class Guidance(models.Model):
    """How money from a programme serves a goal or a plan."""

    programme = models.ForeignKey(
        FundingProgramme, on_delete=models.CASCADE, related_name="guidance", verbose_name=_("funding programme")
    )
    goal = models.ForeignKey(
        Goal, on_delete=models.CASCADE, null=True, blank=True, related_name="guidance", verbose_name=_("goal")
    )
    plan = models.ForeignKey(
        ActionPlan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="guidance",
        verbose_name=_("action plan"),
    )
    how = models.TextField(_("how the funding contributes"))
    updated_at = models.DateTimeField(_("last updated"), auto_now=True)

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidance")
        verbose_name_plural = _("guidance")
        ordering = ["programme__position", "goal__position", "plan__theme__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(goal__isnull=True) ^ Q(plan__isnull=True),
                name="funding_guidance_for_goal_or_plan",
                violation_error_message=_("Choose either a goal or an action plan."),
            ),
            models.UniqueConstraint(
                fields=["programme", "goal", "plan"],
                nulls_distinct=False,
                name="funding_guidance_once",
                violation_error_message=_("The programme already has guidance for this goal or plan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} → {self.goal or self.plan}"
