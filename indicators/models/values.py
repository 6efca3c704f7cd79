"""Target values, and values with their revisions."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models.indicators import Area, Indicator
from strategy.models import YEAR


class Gender(models.TextChoices):
    """Whom a value is about, with Kolada's codes."""

    TOTAL = "T", _("Total")
    WOMEN = "K", _("Women")
    MEN = "M", _("Men")


class ValueStatus(models.TextChoices):
    """How certain a value is. A missing one has no value; it is never zero."""

    FINAL = "final", _("Final")
    PRELIMINARY = "preliminary", _("Preliminary")
    MISSING = "missing", _("Missing")


class IndicatorTarget(models.Model):
    """The target for the total of the first area in a year."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("target value")
        verbose_name_plural = _("targets")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="indicators_target_once_a_year",
                violation_error_message=_("There is already a target for that year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.value.normalize():f}"


class ValueQuerySet(models.QuerySet):
    """Values by whether they are current."""

    def current(self) -> "ValueQuerySet":
        return self.filter(replaced_at=None)

    def revisions(self) -> "ValueQuerySet":
        """Filter those that were replaced, the latest first."""
        return self.exclude(replaced_at=None).order_by("-replaced_at", "-year", "area__position", "gender")


class IndicatorValue(models.Model):
    """A value for a year, an area and a gender. When replaced, it stays as a revision with the time of replacement."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    year = models.PositiveSmallIntegerField(_("year"), validators=YEAR)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="values", verbose_name=_("area"))
    gender = models.CharField(_("gender"), max_length=1, choices=Gender, default=Gender.TOTAL)
    value = models.DecimalField(
        _("value"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Leave empty if the value is missing."),
    )
    status = models.CharField(_("status"), max_length=11, choices=ValueStatus, default=ValueStatus.FINAL)
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    objects = ValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        ordering = ["area__position", "area__code", "year", "gender"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "year", "gender"],
                condition=Q(replaced_at=None),
                name="indicators_value_one_current",
                violation_error_message=_("There is already a value for that year, area and gender."),
            ),
            models.CheckConstraint(
                condition=Q(status="missing", value=None) | (~Q(status="missing") & Q(value__isnull=False)),
                name="indicators_value_missing_or_given",
                violation_error_message=_("Only values with the status missing can be empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"
