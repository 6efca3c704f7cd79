from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LoginLockQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Those that refuse logins now, the latest first."""
        return self.filter(locked_until__gt=timezone.now()).order_by("-locked_until")


class LoginLock(models.Model):
    """The failed logins of one account or from one address, and until when they lock it (`accounts.lockout`)."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("account")
        ADDRESS = "address", _("network address")
        DEVICE = "device", _("own device")
        CODE = "code", _("code of the second step")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(max_length=64, unique=True, editable=False)
    """A keyed hash: what was typed as a name may be a password."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("user account")
    )
    """Empty where nobody has the name that was typed."""
    address = models.GenericIPAddressField(_("network address"), null=True)
    failures = models.PositiveIntegerField(_("failed attempts"))
    failed_at = models.DateTimeField(_("last attempt"))
    locked_until = models.DateTimeField(_("locked until"))
    told_at = models.DateTimeField(_("administrators notified"), null=True)

    objects = LoginLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("failed login")
        verbose_name_plural = _("failed logins")
        ordering = ["-failed_at"]

    def __str__(self) -> str:
        return str(self.user or self.address or _("A name that nobody has"))

    @property
    def is_in_force(self) -> bool:
        return self.locked_until > timezone.now()
