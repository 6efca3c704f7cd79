"""Which plans a user may change, and which activities a user may report on."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from actionplans.models import ActionPlan, Activity, Involvement, StatusUpdate
from contacts.substitutes import find_represented

MAY_REPORT = "actionplans.report_activity"


def may_change_all(user: AbstractUser | AnonymousUser) -> bool:
    """Whether a user may change all plans: those who may add plans; coordinators change their own."""
    return user.has_perm("actionplans.add_actionplan")


def find_own_plans(user: AbstractUser | AnonymousUser) -> QuerySet[ActionPlan]:
    """Return the plans that a user may change, with all that belongs to them."""
    if may_change_all(user):
        return ActionPlan.objects.all()
    return ActionPlan.objects.filter(Exists(find_represented(user).filter(plans=OuterRef("pk"))))


def find_reported_activities(user: AbstractUser | AnonymousUser) -> QuerySet[Activity]:
    """Return the activities that a user reports on: of own plans, and those that the user's organisation leads.

    What has been merged into another is left to the plan's coordinators.
    """
    if not user.has_perm(MAY_REPORT):
        return Activity.objects.none()
    led = Q(Exists(_leads(user))) & ~Q(delivery_status=Activity.Delivery.MERGED)
    return Activity.objects.filter(Q(plan__in=find_own_plans(user)) | led)


def find_readable_reports(user: AbstractUser | AnonymousUser) -> QuerySet[StatusUpdate]:
    """Return the reports that a user may read: those of own plans, those that are public, and the user's own."""
    return StatusUpdate.objects.filter(
        Q(activity__plan__in=find_own_plans(user)) | Q(is_public=True) | Q(author=user.pk or 0)
    )


def _leads(user: AbstractUser | AnonymousUser) -> QuerySet[Involvement]:
    own = Involvement.objects.filter(activity=OuterRef("pk"), organisation__reporters=user.pk or 0)
    return own.filter(role=Involvement.Role.RESPONSIBLE)
