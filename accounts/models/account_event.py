from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountEvent(models.Model):
    """An entry of the account log: who logged in, who could not, and who was given what.

    Nothing typed stands here: a name that nobody has may be a password in the wrong field. The database refuses to
    change an entry, and to remove one before its time (migration 0002).
    """

    class Kind(models.TextChoices):
        LOGGED_IN = "logged_in", _("logged in")
        FAILED = "failed", _("login failed")
        LOCKED = "locked", _("login locked")
        UNLOCKED = "unlocked", _("login unlocked")
        LOGGED_OUT = "logged_out", _("logged out")
        NEW_DEVICE = "new_device", _("new device")
        SESSIONS_ENDED = "sessions_ended", _("logged out everywhere")
        PASSWORD_SET = "password_set", _("password changed")
        FACTOR_ADDED = "factor_added", _("second step added")
        FACTOR_REMOVED = "factor_removed", _("second step removed")
        FACTORS_RESET = "factors_reset", _("second step reset by an administrator")
        CODES_MADE = "codes_made", _("recovery codes made")
        CODE_USED = "code_used", _("recovery code used")
        CREATED = "created", _("account made")
        INVITED = "invited", _("link sent")
        ADDRESS_CHANGED = "address_changed", _("e-mail address changed")
        CLOSED = "closed", _("account closed")
        LINKED = "linked", _("account tied to single sign-on")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_TAKEN = "role_taken", _("role taken")
        SUBSTITUTE_NAMED = "substitute_named", _("substitute named")
        SUBSTITUTE_REMOVED = "substitute_removed", _("substitute removed")
        EXPORTED = "exported", _("file taken out")

    at = models.DateTimeField(_("time"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    account = models.CharField(_("user account"), max_length=150, blank=True)
    actor = models.CharField(_("by"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    device = models.CharField(_("device"), max_length=100, blank=True)
    details = models.CharField(_("details"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("entry in the account log")
        verbose_name_plural = _("entries in the account log")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.account} {self.get_kind_display()}"
