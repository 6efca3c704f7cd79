from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

FORGOTTEN_AFTER = timedelta(days=180)


class Device(models.Model):
    """A browser in which someone has logged in before, known by a cookie (`accounts.devices`)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("user account")
    )
    key = models.CharField(max_length=64, editable=False)
    """The hash of the cookie's value."""
    name = models.CharField(_("device"), max_length=100, blank=True)
    first_seen = models.DateTimeField(_("first login"), auto_now_add=True)
    last_seen = models.DateTimeField(_("last login"), auto_now=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="accounts_device_once")]

    def __str__(self) -> str:
        return self.name or "–"
