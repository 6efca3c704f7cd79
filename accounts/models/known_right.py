from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KnownRight(models.Model):
    """A right in the registry that the registrars have been told somebody has (`accounts.rights`)."""

    class Right(models.TextChoices):
        REGISTRAR = "registrar", _("to read, distribute and close every case")
        ARCHIVIST = "archivist", _("to dispose of cases and deliver them to the e-archive")
        SECRECY = "secrecy", _("to read what is marked with secrecy")
        SUPERUSER = "superuser", _("everything, as a superuser")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    right = models.CharField(_("right"), max_length=20, choices=Right)

    class Meta:
        verbose_name = _("known right")
        verbose_name_plural = _("known rights")
        constraints = [models.UniqueConstraint(fields=["user", "right"], name="accounts_right_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.right}"
