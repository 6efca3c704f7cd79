from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.intake import CaseKind
from registry.models.series import Series

REOPENABLE_FOR = timedelta(days=60)
"""How long after closing a case can be reopened; later, a new case follows it."""


class CaseQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Cases that wait for somebody to act."""
        return self.filter(status__in=Case.OPEN)

    def overdue(self, today: date | None = None) -> Self:
        """Open cases whose due date has passed."""
        return self.open().filter(due_on__lt=today or timezone.localdate())

    def public(self) -> Self:
        """Cases in the public register: all that have a number (OSL 2009:400, 5:1 and 5:2)."""
        return self.select_related("series")


class Case(models.Model):
    """A registered case (ärende). Its number is never changed or reused."""

    class Status(models.TextChoices):
        REGISTERED = "registered", _("registered")
        DISTRIBUTED = "distributed", _("distributed")
        IN_PROGRESS = "in_progress", _("in progress")
        RESTING = "resting", _("on hold")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")
        VOIDED = "voided", _("voided")
        DELIVERED = "delivered", _("delivered to the e-archive")
        ARCHIVED = "archived", _("in the e-archive")
        DISPOSAL_PROPOSED = "disposal_proposed", _("disposal proposed")
        DISPOSAL_DECIDED = "disposal_decided", _("disposal decided")
        DISPOSED = "disposed", _("disposed of")

    OPEN = (Status.REGISTERED, Status.DISTRIBUTED, Status.IN_PROGRESS, Status.RESTING)

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="cases", verbose_name=_("series"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind, default=CaseKind.MESSAGE)
    registered_at = models.DateTimeField(_("registered"), db_index=True)
    arrived_at = models.DateTimeField(_("arrived"), db_index=True)
    title = models.CharField(_("public title"), max_length=200, help_text=_("Public: do not name private individuals."))
    document_type = models.ForeignKey(
        "registry.DocumentType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("document type"),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.REGISTERED, db_index=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    due_on = models.DateField(_("answer due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("follows")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    """Incremented by every act, so that concurrent changes are noticed."""

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-year", "-number"]
        permissions = [
            ("dispose_case", _("Can propose and decide the disposal of cases")),
            ("deliver_case", _("Can deliver cases to the e-archive")),
            ("read_secret_case", _("Can read material marked with secrecy")),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=models.Q(status__in=["registered", "distributed", "in_progress", "resting"]),
                name="registry_case_open_due",
            ),
            models.Index(fields=["assigned_to", "status"], name="registry_case_officer_status"),
            models.Index(fields=["-year", "-number"], name="registry_case_latest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "number"], name="registry_case_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="registry_case_number_positive"),
        ]

    def __str__(self) -> str:
        return self.registration_number

    def get_absolute_url(self) -> str:
        """Return its page in the public register."""
        return reverse("registry:case", args=[self.series.code.lower(), self.year, self.number])

    @property
    def registration_number(self) -> str:
        """The number as people write it: `RUS 2026/0042`, with more digits past 9999."""
        return f"{self.series.code} {self.year}/{self.number:04d}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    def may_be_reopened(self) -> bool:
        """Whether it was closed recently enough; otherwise a new case follows it."""
        return self.closed_at is not None and timezone.now() - self.closed_at <= REOPENABLE_FOR

    def get_admin_url(self) -> str:
        """Return the absolute address of its admin page, for mail."""
        return settings.BASE_URL + reverse("admin:registry_case_change", args=[self.pk])


class SecrecyMark(models.Model):
    """A warning that something in a case may be secret, never a decision in itself (OSL 2009:400, 5:5)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="secrecy_marks", verbose_name=_("case"))
    provision = models.CharField(
        _("provision"), max_length=200, help_text=_("The section of the law, such as OSL 21 kap. 1 §.")
    )
    marked_on = models.DateField(_("date"), default=timezone.localdate)
    authority = models.CharField(_("authority"), max_length=200)
    marked_by = models.CharField(_("by"), max_length=150)
    lifted_on = models.DateField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("secrecy mark")
        verbose_name_plural = _("secrecy marks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.provision}, {self.marked_on}, {self.authority}"


class ReadingGrant(models.Model):
    """The right of an officer to read one marked case, given by the registrar, until the case leaves them.

    Users with `read_secret_case` may read all marked cases and need none.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reading_grants", verbose_name=_("case"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    granted_by = models.CharField(_("given by"), max_length=150)
    granted_at = models.DateTimeField(_("given"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("permission to read a marked case")
        verbose_name_plural = _("permissions to read marked cases")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "officer"],
                condition=models.Q(ended_at__isnull=True),
                name="registry_readinggrant_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.officer}"
