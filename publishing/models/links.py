"""What became of the links to other sites."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NIGHTS_TO_BE_DEAD = 3
"""In a row that a link must fail: servers are away for a night or two."""
VISITS_KEPT = 30


class LinkFault(models.TextChoices):
    """Why a link leads nowhere."""

    GONE = "gone", _("the page is gone")
    ERROR = "error", _("the server answers with an error")
    UNREACHABLE = "unreachable", _("the server does not answer")
    ENDLESS = "endless", _("it only leads on to other addresses")
    REFUSED = "refused", _("it leads to an address that is not public")


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Checked links by what became of them."""

    def due(self, at: datetime | None = None) -> Self:
        return self.filter(due_at__lte=at or timezone.now())

    def dead(self) -> Self:
        """Filter those that have failed on several nights in a row, the longest dead first."""
        return self.filter(failed_nights__gte=NIGHTS_TO_BE_DEAD).order_by("failed_since", "pk")


class LinkCheck(models.Model):
    """An address of another site that a published text links to, and how its nightly visits went."""

    shown_on_pages = False

    address = models.CharField(_("address"), max_length=2000, unique=True)
    found_in = models.JSONField(_("found in"), default=list)
    """The title and the address in the admin of each text, as of last night."""
    due_at = models.DateTimeField(_("next visit"), default=timezone.now, db_index=True)
    checked_at = models.DateTimeField(_("last visit"), null=True)
    fault = models.CharField(_("fault"), max_length=20, choices=LinkFault, blank=True)
    failed_nights = models.PositiveSmallIntegerField(_("nights in a row that it failed"), default=0)
    failed_since = models.DateTimeField(_("failed since"), null=True)
    visits = models.JSONField(_("visits"), default=list)
    """When, and with what fault, of the last `VISITS_KEPT`: the latest last."""

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")

    def __str__(self) -> str:
        return self.address

    def note_visit(self, fault: str, at: datetime) -> None:
        """Keep how a visit went: without a fault, the nights are counted anew."""
        self.checked_at, self.fault = at, fault
        self.failed_nights = self.failed_nights + 1 if fault else 0
        self.failed_since = (self.failed_since or at) if fault else None
        visit: dict[str, Any] = {"at": at.isoformat(), "fault": fault}
        self.visits = [*self.visits, visit][-VISITS_KEPT:]
        self.save(update_fields=["checked_at", "fault", "failed_nights", "failed_since", "visits"])
