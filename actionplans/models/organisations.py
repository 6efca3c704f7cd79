"""The organisations involved in activities."""

from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.models import Moment


class OrganisationQuerySet(models.QuerySet):
    """Organisations by what the public can read of them."""

    def active(self, at: Moment | None = None) -> Self:
        """Filter those with published activities: they have a page."""
        activities = apps.get_model("actionplans", "Activity").objects.published(at)
        return self.filter(Exists(activities.filter(involvements__organisation=OuterRef("pk"))))


class Organisation(models.Model):
    """An organisation that is responsible for activities, takes part in them or finances them."""

    class Kind(models.TextChoices):
        REGION = "region", _("Region")
        MUNICIPALITY = "municipality", _("Municipality")
        COUNTY_BOARD = "county_board", _("County administrative board")
        AGENCY = "agency", _("Government agency")
        UNIVERSITY = "university", _("University")
        BUSINESS = "business", _("Business")
        CIVIL_SOCIETY = "civil_society", _("Civil society")

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(
        _("e-mail address for reminders"),
        blank=True,
        help_text=_("Used when an activity has no contact person. Not shown to the public."),
    )
    reporters = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="organisations",
        verbose_name=_("user accounts that report for it"),
        help_text=_("They report on the activities that the organisation is responsible for, and change nothing else."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("actionplans:organisation", args=[self.slug])
