"""Which plans a user may change."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import QuerySet

from actionplans.models import ActionPlan


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a user may change all plans: those who may add plans; coordinators change their own."""
    return user.has_perm("actionplans.add_actionplan")


def find_own_plans(user: AbstractUser | AnonymousUser) -> QuerySet[ActionPlan]:
    """Return the plans that a user may change, with all that belongs to them."""
    if may_change_all(user):
        return ActionPlan.objects.all()
    return ActionPlan.objects.filter(coordinators__user=user.pk)
