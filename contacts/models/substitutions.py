"""Who stands in for whom, and when."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.authors import describe_author


class SubstitutionQuerySet(models.QuerySet):
    """Substitutions by their days."""

    def in_force(self, day: date | None = None) -> Self:
        """Filter those that hold on a day, otherwise today."""
        day = day or timezone.localdate()
        return self.filter(first_day__lte=day, last_day__gte=day)


class Substitution(models.Model):
    """Somebody stands in for another, from the first day to the last, both included.

    The substitute may do what the person may with what is theirs, if the substitute's own role allows it: no role comes
    with it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="substitutes", verbose_name=_("who is away")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stands_in_for", verbose_name=_("substitute")
    )
    first_day = models.DateField(_("from"), default=timezone.localdate)
    last_day = models.DateField(_("until"), help_text=_("The last day is included."))

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        ordering = ["-last_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="contacts_substitution_has_days",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")),
                name="contacts_substitution_is_by_another",
                violation_error_message=_("Choose somebody else than the one who is away."),
            ),
        ]

    def __str__(self) -> str:
        return f"{describe_author(self.substitute)}, {self.first_day}–{self.last_day}"

    @property
    def person_name(self) -> str:
        return describe_author(self.person)

    def clean(self) -> None:
        """Refuse a substitute who could do nothing: none of the roles is theirs."""
        if self.person_id is None or self.substitute_id is None or self.person_id == self.substitute_id:
            return
        roles = self.person.groups.all()
        if not self.substitute.groups.filter(pk__in=roles.values("pk")).exists():
            raise ValidationError({"substitute": _("Choose somebody with the same role, or ask an administrator.")})
