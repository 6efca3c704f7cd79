"""Whose work a user may do: their own, and that of those they stand in for today."""

from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.db.models import Q, QuerySet

from contacts.models import StaffMember, Substitution


def find_represented(user: AbstractUser | AnonymousUser) -> QuerySet[StaffMember]:
    """Return the staff member of the user, and of everyone that the user stands in for."""
    away = Substitution.objects.in_force().filter(substitute=user.pk or 0)
    return StaffMember.objects.filter(Q(user=user.pk or 0) | Q(user__in=away.values("person"))).order_by()


def map_substitutes() -> dict[int, User]:
    """Return who stands in for whom today, by the key of who is away: those that mail can be sent to."""
    in_force = Substitution.objects.in_force().filter(substitute__is_active=True).exclude(substitute__email="")
    return {one.person_id: one.substitute for one in in_force.select_related("substitute").order_by("pk")}
