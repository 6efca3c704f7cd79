from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailroom.models import IncomingMail
from registry.models.case import Case
from registry.models.intake import Intake


class RetentionPlan(models.Model):
    """A version of the plan that says which documents are kept and for how long (Arkivlagen 10 §)."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    decided_on = models.DateField(_("decided"))
    decision = models.CharField(
        _("decision"), max_length=200, help_text=_("Who decided, and the number of the decision.")
    )

    class Meta:
        verbose_name = _("retention plan")
        verbose_name_plural = _("retention plans")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"


class DocumentType(models.Model):
    """A document type in a version of the plan, with retention period and proposed public title."""

    plan = models.ForeignKey(RetentionPlan, on_delete=models.PROTECT, related_name="types", verbose_name=_("plan"))
    code = models.SlugField(_("code"), max_length=20)
    title = models.CharField(_("title"), max_length=120)
    public_title = models.CharField(
        _("proposed public title"), max_length=200, help_text=_("Proposed for every case of this type; no names.")
    )
    retention_years = models.PositiveSmallIntegerField(
        _("years kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from when the case is closed. Leave empty to keep permanently."),
    )

    class Meta:
        verbose_name = _("document type")
        verbose_name_plural = _("document types")
        ordering = ["plan", "code"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="registry_documenttype_once")]

    def __str__(self) -> str:
        return self.title


class Disposal(models.Model):
    """The disposal of cases, arrivals or mail: proposal, decision by someone else, protocol."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        REJECTED = "rejected", _("rejected")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CARRIED_OUT = "carried_out", _("carried out")

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PROPOSED)
    cases = models.ManyToManyField(Case, blank=True, related_name="disposals", verbose_name=_("cases"))
    intakes = models.ManyToManyField(Intake, blank=True, related_name="disposals", verbose_name=_("arrivals"))
    mails = models.ManyToManyField(IncomingMail, blank=True, related_name="disposals", verbose_name=_("minor e-mail"))
    ground = models.CharField(
        _("ground"), max_length=300, help_text=_("The rule or decision that allows it, including its number.")
    )
    keep_title = models.BooleanField(_("keep the public title"), default=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason for the decision"), max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    protocol = models.JSONField(_("record of disposal"), null=True, blank=True)

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="registry_disposal_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "withdrawn"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="registry_disposal_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class DeliveryQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Packages that the archive has neither received nor refused."""
        return self.filter(archived_at=None, refused_at=None)


class Delivery(models.Model):
    """A package for the e-archive, with the archive's receipt or refusal."""

    package = models.CharField(_("package"), max_length=200, unique=True)
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64)
    cases = models.ManyToManyField(Case, related_name="deliveries", verbose_name=_("cases"))
    delivered_by = models.CharField(_("delivered by"), max_length=150)
    delivered_at = models.DateTimeField(_("delivered"), auto_now_add=True)
    receipt = models.CharField(_("the archive's receipt"), max_length=200, blank=True)
    archived_at = models.DateTimeField(_("received by the archive"), null=True, blank=True)
    refusal = models.CharField(_("reason for refusal by the archive"), max_length=300, blank=True)
    refused_at = models.DateTimeField(_("refused by the archive"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(archived_at__isnull=True) | models.Q(refused_at__isnull=True),
                name="registry_delivery_taken_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.package
