"""The activities that need attention: a filter of their list, and counts on the dashboards."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans.models import Activity, Contribution, Involvement, Milestone, late_by
from publishing.models import Publication


class AttentionFilter(admin.SimpleListFilter):
    """Narrow the list to activities that need attention."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [
            ("late", pgettext_lazy("activities", "late")),
            ("unconfirmed", _("not confirmed for 90 days")),
            ("milestone", _("a milestone within 30 days, or passed")),
            ("paused", pgettext_lazy("activities", "paused")),
            ("draft", _("drafts")),
            ("no_goal", _("without a goal")),
            ("no_responsible", _("without a responsible organisation")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> QuerySet[Activity]:  # noqa: ARG002
        condition = get_attention_conditions().get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


CONFIRMED_FOR = timedelta(days=90)
MILESTONE_NEAR = timedelta(days=30)


def is_unconfirmed(at: datetime) -> Q:
    """Return a condition for unfinished activities that were not confirmed, reported on or created in 90 days."""
    since = at - CONFIRMED_FOR
    never = Q(last_confirmed_at__isnull=True, created_at__lt=since)
    longer_ago = never | Q(last_confirmed_at__lt=since)
    return Q(delivery_status__in=Activity.UNFINISHED) & longer_ago & ~Q(publication=Publication.ARCHIVED)


def _milestones_by(day: date) -> QuerySet[Milestone]:
    return Milestone.objects.filter(activity=OuterRef("pk"), reached_on__isnull=True, due_on__lte=day)


def get_attention_conditions() -> dict[str, Any]:
    """Return the conditions of `AttentionFilter`, on activities."""
    responsible = Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE)
    today = timezone.localdate()
    return {
        "late": late_by(today),
        "unconfirmed": is_unconfirmed(timezone.now()),
        "milestone": Q(delivery_status__in=Activity.OPEN) & Exists(_milestones_by(today + MILESTONE_NEAR)),
        "paused": Q(delivery_status=Activity.Delivery.PAUSED),
        "draft": Q(publication__in=(Publication.DRAFT, Publication.REVIEW)),
        "no_goal": ~Exists(Contribution.objects.filter(activity=OuterRef("pk"))),
        "no_responsible": ~Exists(responsible),
    }
