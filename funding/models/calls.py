"""Calls for applications. Whether a call is open follows from its dates and is never stored."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from funding.models.programmes import FundingProgramme
from publishing.models import Publishable, PublishableQuerySet

SOON = timedelta(days=30)


class CallState(models.TextChoices):
    """The state of a call on a day in Stockholm."""

    OPEN = "open", pgettext_lazy("call", "Open")
    UPCOMING = "upcoming", pgettext_lazy("call", "Upcoming")
    CLOSED = "closed", pgettext_lazy("call", "Closed")


class CallQuerySet(PublishableQuerySet):
    """Calls of published programmes, by their state on a day (today by default)."""

    part_of = ("programme__",)

    def open(self, on: date | None = None) -> Self:
        on = on or timezone.localdate()
        return self.filter(Q(closes_on__isnull=True) | Q(closes_on__gte=on), opens_on__lte=on)

    def upcoming(self, on: date | None = None) -> Self:
        return self.filter(opens_on__gt=on or timezone.localdate())

    def closed(self, on: date | None = None) -> Self:
        return self.filter(closes_on__lt=on or timezone.localdate())

    def closing_soon(self, on: date | None = None) -> Self:
        """Return open calls that close within thirty days."""
        on = on or timezone.localdate()
        return self.open(on).filter(closes_on__lte=on + SOON)

    def closing_first(self) -> Self:
        """Order by closing day, soonest first; calls without one come last."""
        return self.order_by(F("closes_on").asc(nulls_last=True), "opens_on", "pk")


class Call(Publishable):
    """A period in which a programme takes applications. It is shown on the programme's page, at its anchor."""

    programme = models.ForeignKey(
        FundingProgramme, on_delete=models.CASCADE, related_name="calls", verbose_name=_("funding programme")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Identifies the call in calendars (RFC 5545, 3.8.4.7)."""
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("purpose"), blank=True)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        help_text=_(
            "The call is open until the end of this day. Leave empty if applications are accepted at any time."
        ),
    )
    link = models.URLField(_("where to apply"), blank=True)

    objects = CallQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-opens_on", "pk"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="funding_call_dates_in_order",
                violation_error_message=_("The call cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.programme.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"utlysning-{self.pk}"

    def get_calendar_url(self) -> str:
        """Return the address of the call as a calendar event."""
        return reverse("funding:call-calendar", args=[self.programme.slug, self.pk])

    def state(self, on: date | None = None) -> CallState:
        """Return the call's state: mirrors the querysets `open`, `upcoming` and `closed`."""
        on = on or timezone.localdate()
        if self.opens_on > on:
            return CallState.UPCOMING
        return CallState.CLOSED if self.closes_on and self.closes_on < on else CallState.OPEN

    def days_left(self, on: date | None = None) -> int | None:
        """Return the days until it closes, 0 on its last day; None if it is not open or has no last day."""
        on = on or timezone.localdate()
        return (self.closes_on - on).days if self.closes_on and self.state(on) == CallState.OPEN else None
