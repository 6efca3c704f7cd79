"""Whose the plans are."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from actionplans.models import ActionPlan


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whoever may make plans may change them all; a coordinator keeps those she coordinates."""
    return user.has_perm("actionplans.add_actionplan")


def plans_of(user: AbstractUser | AnonymousUser) -> QuerySet[ActionPlan]:
    """The plans that a user may change, with all that belongs to them."""
    if may_change_all(user):
        return ActionPlan.objects.all()
    return ActionPlan.objects.filter(coordinators__user=user.pk)
