"""Whether and from which day a case may be disposed of by the retention plan (Arkivlagen 1990:782, 10 §).

Public documents are destroyed only where a decision allows it (RA-FS 1991:1 for the state's authorities; a region
decides on its own plan, Arkivlagen 16 §). That decision is the plan's retention period for a document type; everything
else is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import DateField, DateTimeField, DurationField, F, Func, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.models import Case, CaseKind, Record, RetentionPlan
from registry.transitions import TRANSITIONS, Act


class Years(Func):
    """An interval of years as PostgreSQL counts them: from 29 February to 28 February (lag 1930:173, 2 §)."""

    function = "make_interval"
    template = "%(function)s(years => %(expressions)s)"
    output_field = DurationField()


class DisposableFrom(Func):
    """The first day on which the plan allows disposal of a case; null where it is kept for ever.

    `registry_dispose` asks the same function of the database (migration 0002).
    """

    function = "registry_disposable_from"
    output_field = DateField()


def find_plan_in_force(today: date | None = None) -> RetentionPlan | None:
    """Return the latest decided plan; later versions are still being prepared."""
    decided = RetentionPlan.objects.filter(decided_on__lte=today or timezone.localdate())
    return decided.order_by("-version").first()


def is_decided(plan: RetentionPlan) -> bool:
    """Whether the plan is in force or past, and so can no longer be edited."""
    return plan.decided_on <= timezone.localdate()


def find_due_cases(today: date | None = None) -> QuerySet[Case]:
    """Return closed cases whose retention has ended, the longest closed first.

    The years of the case's own type are compared first: that is cheap, and leaves few cases for the function.
    """
    day = today or timezone.localdate()
    a_day_later = timezone.make_aware(datetime.combine(day, time.max)) + timedelta(days=1)
    years = Years(F("document_type__retention_years"))
    ended = Cast(F("closed_at") + years, DateTimeField())
    return (
        Case.objects.filter(
            status__in=TRANSITIONS[Act.PROPOSE_DISPOSAL].sources,
            document_type__retention_years__isnull=False,
        )
        .alias(ended=ended)
        .filter(ended__lte=a_day_later)
        .alias(disposable_from=DisposableFrom("pk", Value(day)))
        .filter(disposable_from__lte=day)
        .exclude(pk__in=Case.objects.open().exclude(follows=None).values("follows"))
        .select_related("series", "document_type__plan")
        .order_by("closed_at", "pk")
    )


def find_reason_to_keep(case: Case, today: date | None = None) -> str:
    """Return a sentence on why a case may not be disposed of today and what to do about it; empty if it may."""
    return find_reasons_to_keep([case], today).get(case.pk, "")


def find_reasons_to_keep(cases: Iterable[Case], today: date | None = None) -> dict[int, str]:
    """Return the reason by primary key for each case that may not be disposed of today."""
    today, keys = today or timezone.localdate(), [case.pk for case in cases]
    fresh = Case.objects.filter(pk__in=keys).annotate(disposable_from=DisposableFrom("pk", Value(today)))
    fresh_cases = list(fresh.select_related("series", "document_type__plan"))
    needed = _open_following(fresh_cases) | _open_requests(fresh_cases)
    reasons = {case.pk: _in_words(case, case.disposable_from, today) or needed.get(case.pk, "") for case in fresh_cases}
    return {key: reason for key, reason in reasons.items() if reason}


def _in_words(case: Case, day: date | None, today: date) -> str:
    """Return the reason given by status, type and plan. `day` is the first day that the plan allows, if any."""
    kind = case.document_type
    if case.closed_at is None or case.status in (*Case.OPEN, Case.Status.ANSWERED):
        return _("It is not closed. The retention period starts when it is closed.")
    if case.status == Case.Status.DELIVERED:
        return _("It is being delivered to the e-archive. Record the archive's receipt or refusal first.")
    if kind is None:
        return _("It has no document type. Choose one: the retention plan then determines how long the case is kept.")
    if kind.plan.decided_on > today:
        return _("Its document type “%(type)s” is in a plan that is not yet in force.") % {"type": kind.title}
    if day is None:
        words = _("It is kept permanently: according to the retention plan, “%(type)s” is not disposed of.")
        return words % {"type": kind.title}
    if day > today:
        return _("It can be disposed of on %(day)s at the earliest.") % {"day": date_format(day, "DATE_FORMAT")}
    return ""


def _open_following(cases: Sequence[Case]) -> dict[int, str]:
    """Return cases that an open case follows."""
    words = _("The matter continues in %(number)s. Close that case first.")
    following = Case.objects.open().filter(follows__in=cases).select_related("series")
    return {later.follows_id: words % {"number": later} for later in following if later.follows_id}


def _open_requests(cases: Sequence[Case]) -> dict[int, str]:
    """Return cases with an open request for their documents (TF 2:15)."""
    words = _("Its documents are requested in %(number)s. Close that case first.")
    asked_from: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            asked_from |= {case.get_absolute_url(): case.pk for case in cases}
    records = Record.objects.filter(
        about__in=asked_from, case__kind=CaseKind.DISCLOSURE, case__status__in=(*Case.OPEN, Case.Status.ANSWERED)
    ).select_related("case__series")
    return {asked_from[record.about]: words % {"number": record.case} for record in records}
