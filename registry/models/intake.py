from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailroom.models import IncomingMail

if TYPE_CHECKING:
    from registry.models.case import Case


class CaseKind(models.TextChoices):
    """The kind of message, as far as it decides how the case is handled."""

    MESSAGE = "message", _("message")
    DISCLOSURE = "disclosure", _("request for a public document")


class Intake(models.Model):
    """An arrival, exactly as it came.

    It has arrived when it reached our server, by the server's clock (TF 2:9; FL 22 §).
    Only a decided disposal empties it; its times and its addressee stay.
    """

    class Channel(models.TextChoices):
        WEB_FORM = "web_form", _("contact form")
        MAIL = "mail", _("e-mail")

    class State(models.TextChoices):
        RECEIVED = "received", _("to be registered")
        REGISTERED = "registered", _("registered")
        QUARANTINED = "quarantined", _("in quarantine")
        DISPOSED = "disposed", _("disposed of")

    token = models.UUIDField(_("token"), unique=True, help_text=_("Messages with the same token are the same message."))
    channel = models.CharField(_("received by"), max_length=10, choices=Channel)
    kind = models.CharField(_("kind"), max_length=12, choices=CaseKind, default=CaseKind.MESSAGE)
    received_at = models.DateTimeField(_("arrived"), db_index=True)
    language = models.CharField(_("language"), max_length=2)
    raw = models.BinaryField(_("as received"))
    checksum = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True)
    addressee = models.CharField(_("addressee"), max_length=200)
    addressee_email = models.EmailField(_("addressee's e-mail address"))
    mail = models.OneToOneField(
        IncomingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="intake", verbose_name=_("e-mail")
    )
    state = models.CharField(_("state"), max_length=12, choices=State)
    reason = models.CharField(_("reason for waiting or suspicion"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ["-received_at", "-pk"]
        permissions = [("dispose_intake", _("Can propose and decide the disposal of arrivals"))]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(state__in=["received", "quarantined"]),
                name="registry_intake_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["received", "quarantined"]) | ~models.Q(reason=""),
                name="registry_waiting_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {timezone.localtime(self.received_at):%Y-%m-%d %H:%M}"

    @property
    def case(self) -> "Case | None":
        """The case that it belongs to, if it has been registered."""
        return self.record.case if hasattr(self, "record") else None
