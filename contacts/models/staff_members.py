"""The staff whom the public can write to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.models import Addressed, Publishable


class StaffMember(Addressed, Publishable):
    """A person, or a function such as the registrar, with a contact page."""

    url_name = "contacts:staff"

    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120)
    area = models.CharField(_("can answer questions about"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail address"), unique=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    is_registrar = models.BooleanField(
        _("receives messages not addressed to a person"),
        default=False,
        help_text=_("The registrar's function address. Only one can have it."),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="staff_member",
        verbose_name=_("login"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(Publishable.Meta):
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        ordering = ["position", "name"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["is_registrar"],
                condition=models.Q(is_registrar=True),
                name="contacts_one_registrar",
                violation_error_message=_("There is already a registrar. Change that one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}" if self.title.lower() != self.name.lower() else self.name
