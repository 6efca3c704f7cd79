"""Indicators: what is measured, the source of the figures, and the owner."""

import re
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from contacts.models import StaffMember
from contacts.substitutes import find_represented
from indicators.outcome import Outcome
from publishing.models import Addressed, Publishable, PublishableQuerySet
from strategy.models import YEAR, Goal

SELECTION = re.compile(r"top\([1-9][0-9]?\)|[\wåäöÅÄÖ+*.-]{1,40}")
"""A code in an SCB table, or its latest periods, as in `top(10)`."""


class Area(models.Model):
    """An area with values, such as the county or the nation."""

    code = models.CharField(
        _("code"),
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"\A[0-9]{4}\Z", _("Enter four digits, such as 0022."))],
        help_text=_("As used in Kolada: 0022 is a county, 2281 a municipality and 0000 the whole country."),
    )
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The outcome is judged for the indicator's first area.")
    )

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def scb_code(self) -> str:
        """The code as SCB writes it, with two digits for a county and the nation: 22 and 00."""
        return self.code.removeprefix("00")


class Direction(models.TextChoices):
    """Which direction of change is better."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NEITHER = "neither", _("Neither is better")


class Source(models.TextChoices):
    """Where the values come from."""

    KOLADA = "kolada", _("Kolada")
    SCB = "scb", _("Statistics Sweden (SCB)")
    MANUAL = "manual", _("Entered manually")


class IndicatorQuerySet(PublishableQuerySet):
    """Indicators by what the public may see, and by owner."""

    def of(self, user: Any) -> "IndicatorQuerySet":
        """Filter those that a user may change: all for those who may add indicators, otherwise their own."""
        return self if user.has_perm("indicators.add_indicator") else self.filter(owner__in=find_represented(user))

    def with_parts(self) -> Self:
        """Prefetch all that a snapshot reads, in four queries."""
        values = apps.get_model("indicators", "IndicatorValue").objects.current().select_related("area")
        overrides = apps.get_model("indicators", "OutcomeOverride").objects.order_by("-signed_at", "-pk")
        return self.prefetch_related(
            "targets", "areas", Prefetch("values", values, to_attr="current_values"), Prefetch("overrides", overrides)
        )

    def without_charts(self) -> Self:
        """Defer charts and long texts, which lists do not show."""
        names = ("chart", "sketch", "method", "limits")
        return self.defer(*(f"{name}_{language}" for name in names for language in AVAILABLE_LANGUAGES))


class Indicator(Addressed, Publishable):
    """A measure that shows whether the county moves towards its goals."""

    url_name = "indicators:detail"

    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("what it measures"), help_text=_("In a sentence or two."))
    unit = models.CharField(_("unit"), max_length=60, help_text=_("Such as per cent, or kronor per resident."))
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0, validators=[MaxValueValidator(4)])
    direction = models.CharField(_("direction"), max_length=7, choices=Direction, default=Direction.HIGHER)
    goals = models.ManyToManyField(Goal, blank=True, related_name="indicators", verbose_name=_("goals"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    areas = models.ManyToManyField(
        Area,
        related_name="indicators",
        verbose_name=_("areas"),
        help_text=_("The first is the county being judged; the others are shown for comparison."),
    )
    by_gender = models.BooleanField(_("shown by gender"), default=False)
    baseline_year = models.PositiveSmallIntegerField(_("baseline year"), validators=YEAR)
    publication_lag = models.PositiveSmallIntegerField(
        _("publication lag"),
        default=1,
        validators=[MaxValueValidator(5)],
        help_text=_("How many years after the end of a year its value is published."),
    )

    source_kind = models.CharField(_("source"), max_length=6, choices=Source, default=Source.MANUAL)
    kpi = models.CharField(
        _("Kolada key figure"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"\A[NU][0-9]{5}\Z", _("Enter a letter and five digits, such as N00945."))],
    )
    table = models.CharField(
        _("SCB table"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Enter the table ID, such as TAB1267."))],
    )
    selections = models.JSONField(
        _("table selections"),
        default=dict,
        blank=True,
        help_text=_(
            'Each variable in the table with the codes to include, such as {"Region": ["22", "00"], "Kon": ["1", '
            '"2"], "Tid": ["top(10)"]}.'
        ),
    )
    source_name = models.CharField(_("source name shown on the page"), max_length=120)
    source_link = models.URLField(_("link to the source"), blank=True)
    producer = models.CharField(_("producer of the statistics"), max_length=160, blank=True)
    method = models.TextField(_("how it is measured"), blank=True)
    limits = models.TextField(_("limitations"), blank=True)
    is_proxy = models.BooleanField(
        _("is a proxy"),
        default=False,
        help_text=_("It is used in place of something that cannot be measured directly."),
    )
    is_example = models.BooleanField(
        _("example data"), default=False, help_text=_("The figures are made up, and every page states this.")
    )
    owner = models.ForeignKey(
        StaffMember,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("owner"),
    )

    # Derived by `services.refresh_derived_fields` from values, targets and overrides whenever they are saved.
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.UNKNOWN, editable=False)
    is_overridden = models.BooleanField(_("judged manually"), default=False, editable=False)
    latest_year = models.PositiveSmallIntegerField(_("latest year"), null=True, editable=False)
    latest_value = models.DecimalField(_("latest value"), max_digits=20, decimal_places=6, null=True, editable=False)
    chart = models.TextField(_("chart"), blank=True, editable=False)
    sketch = models.TextField(_("small chart"), blank=True, editable=False)

    objects = IndicatorQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(source_kind="kolada") | ~Q(kpi=""),
                name="indicators_kolada_has_kpi",
                violation_error_message=_("Enter the Kolada key figure."),
            ),
            models.CheckConstraint(
                condition=~Q(source_kind="scb") | ~Q(table=""),
                name="indicators_scb_has_table",
                violation_error_message=_("Enter the SCB table."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.source_kind == Source.SCB and not _are_selections(self.selections):
            raise ValidationError(
                {"selections": _('Enter each variable with a list of its codes, such as {"Region": ["22"]}.')}
            )

    def get_csv_url(self) -> str:
        return f"{self.get_absolute_url().rstrip('/')}.csv"

    def get_json_url(self) -> str:
        return f"{self.get_absolute_url().rstrip('/')}.json"


def _are_selections(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and bool(given)
        and all(
            isinstance(name, str)
            and SELECTION.fullmatch(name)
            and isinstance(codes, list)
            and codes
            and all(isinstance(code, str) and code != "*" and SELECTION.fullmatch(code) for code in codes)
            for name, codes in given.items()
        )
    )
