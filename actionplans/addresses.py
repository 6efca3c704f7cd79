"""Old addresses of activities: one may have moved to another plan, or been merged into another activity."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from actionplans.models import ActionPlan, Activity
from publishing.models import FormerSlug


def find_moved_activity(plan_slug: str, slug: str) -> Activity | None:
    """Return the published activity that once had this address in a plan that it has left, if any."""
    plans = ActionPlan.objects.filter(_once_called(ActionPlan, plan_slug))
    moved = Activity.objects.published().filter(_once_called(Activity, slug), former_places__plan__in=plans)
    return moved.exclude(plan__in=plans).select_related("plan").order_by("-pk").first()


def follow_merges(activity: Activity) -> Activity:
    """Return the last published activity in the chain of merges; the activity itself if there is none.

    Reports cannot make a circle; one that came about in another way leads back to the activity itself.
    """
    seen, last = {activity.pk}, activity
    while last.merged_into_id:
        if last.merged_into_id in seen:
            return activity
        seen.add(last.merged_into_id)
        following = Activity.objects.published().select_related("plan").filter(pk=last.merged_into_id).first()
        if following is None:
            break
        last = following
    return last


def _once_called(model: type[Model], slug: str) -> Q:
    former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(model), slug=slug)
    return Q(slug=slug) | Q(pk__in=former.values("object_id"))
