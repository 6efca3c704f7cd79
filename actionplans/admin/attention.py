"""What among the activities someone should look at first: as a filter of their list, and counted on the desks."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from actionplans.models import Activity, Contribution, Involvement, late_by
from publishing.models import Publication


class AttentionFilter(admin.SimpleListFilter):
    """What a coordinator should look at first."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [
            ("late", pgettext_lazy("activities", "late")),
            ("draft", _("drafts")),
            ("no_goal", _("without a goal")),
            ("no_responsible", _("without a responsible organisation")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> QuerySet[Activity]:  # noqa: ARG002
        condition = attention().get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


def attention() -> dict[str, Any]:
    """The conditions of `AttentionFilter`, on activities."""
    responsible = Involvement.objects.filter(activity=OuterRef("pk"), role=Involvement.Role.RESPONSIBLE)
    return {
        "late": late_by(timezone.localdate()),
        "draft": Q(publication__in=(Publication.DRAFT, Publication.REVIEW)),
        "no_goal": ~Exists(Contribution.objects.filter(activity=OuterRef("pk"))),
        "no_responsible": ~Exists(responsible),
    }
