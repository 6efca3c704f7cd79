from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedFilterQuerySet(models.QuerySet):
    def offered_to(self, user: User, *, with_shared: bool) -> Self:
        """The user's own selections and, if allowed, those that others share."""
        return self.filter(Q(owner=user.pk) | Q(is_shared=True) if with_shared else Q(owner=user.pk))


class SavedFilter(models.Model):
    """A named selection of the list of cases."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("saved by")
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("selection"), max_length=500)
    """The query string of the list, in a fixed order."""
    is_shared = models.BooleanField(_("shared with all registrars"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved selection")
        verbose_name_plural = _("saved selections")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="registry_savedfilter_name_once")]

    def __str__(self) -> str:
        return self.name
