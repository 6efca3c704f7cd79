"""Outcomes judged by a person, and the state of fetching an indicator's values."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models.indicators import Indicator
from indicators.outcome import Outcome


class OutcomeOverride(models.Model):
    """A person's signed judgement that overrides the rule. It is never changed: a later one replaces it."""

    class Verdict(models.TextChoices):
        REACHED = Outcome.REACHED.value, Outcome.REACHED.label
        ON_WAY = Outcome.ON_WAY.value, Outcome.ON_WAY.label
        OFF_WAY = Outcome.OFF_WAY.value, Outcome.OFF_WAY.label
        UNKNOWN = Outcome.UNKNOWN.value, Outcome.UNKNOWN.label
        BY_RULE = "rule", _("Go back to the rule")

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("indicator")
    )
    verdict = models.CharField(_("judgement"), max_length=10, choices=Verdict)
    reason = models.TextField(_("reason"), help_text=_("Shown to the public next to the outcome."))
    signed_by = models.CharField(_("signed by"), max_length=160)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    signed_at = models.DateTimeField(_("signed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("judgement of an outcome")
        verbose_name_plural = _("judgements of outcomes")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(signed_by=""), name="indicators_outcomeoverride_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_verdict_display()}"


class Fetching(models.Model):
    """When an indicator's values are fetched next, and how it went; in a table of its own, so that no editor waits."""

    indicator = models.OneToOneField(Indicator, on_delete=models.CASCADE, primary_key=True, related_name="fetching")
    due_at = models.DateTimeField(_("next time"), default=timezone.now, db_index=True)
    failures = models.PositiveSmallIntegerField(_("consecutive failures"), default=0)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    fault = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("fetching")
        verbose_name_plural = _("fetchings")

    def __str__(self) -> str:
        return f"{self.indicator}"
