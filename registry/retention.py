"""What the retention plan says is due: cases that need no longer be kept (Arkivlagen 1990:782, 10 §)."""

from datetime import date, datetime, time

from django.db.models import DateTimeField, DurationField, F, Func, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from registry.models import Case, RetentionPlan
from registry.transitions import TRANSITIONS, Act


class Years(Func):
    """So many years, as the database counts them: from 29 February to 28 February."""

    function = "make_interval"
    template = "%(function)s(years => %(expressions)s)"
    output_field = DurationField()


def plan_in_force(today: date | None = None) -> RetentionPlan | None:
    """The latest plan whose day of decision has come. A later one is still being prepared."""
    decided = RetentionPlan.objects.filter(decided_on__lte=today or timezone.localdate())
    return decided.order_by("-version").first()


def is_decided(plan: RetentionPlan) -> bool:
    """From the day of its decision a plan stays as it is; what changes is a new version."""
    return plan.decided_on <= timezone.localdate()


def due_for_disposal(today: date | None = None) -> QuerySet[Case]:
    """Closed cases whose type's years have passed since they were closed, the longest closed first."""
    end_of_day = timezone.make_aware(datetime.combine(today or timezone.localdate(), time.max))
    return (
        Case.objects.filter(
            status__in=TRANSITIONS[Act.PROPOSE_DISPOSAL].sources,
            document_type__retention_years__isnull=False,
            closed_at__lte=Cast(Value(end_of_day), DateTimeField()) - Years(F("document_type__retention_years")),
        )
        .select_related("series", "document_type__plan")
        .order_by("closed_at", "pk")
    )
