"""The pages of organisations: the list, and what each is responsible for, takes part in and pays for."""

from collections import Counter

from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.models import Activity, Involvement, Organisation, late_by

ROWS = 30
"""Activities of each role on an organisation's page; a link leads to the rest."""


def list_organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation with published activities, by kind."""
    listed = Organisation.objects.active().annotate(**_activity_counts()).order_by("name", "slug")
    kinds = [(str(kind.label), [found for found in listed if found.kind == kind]) for kind in Organisation.Kind]
    updated = Activity.objects.published().order_by().aggregate(last=Max("updated_at"))["last"]
    context = {
        "kinds": [(label, found) for label, found in kinds if found],
        "page_updated": updated,
        "section": "activities",
    }
    return render(request, "actionplans/organisations.html", context)


def _activity_counts() -> dict[str, Count]:
    """Count the published activities of an organisation: all, those it is responsible for, and the late ones."""
    public = Q(involvements__activity__in=Activity.objects.published().order_by().values("pk"))
    responsible = public & Q(involvements__role=Involvement.Role.RESPONSIBLE)
    late = late_by(timezone.localdate(), "involvements__activity__")
    return {
        "responsible_count": Count("involvements__activity", filter=responsible, distinct=True),
        "involved_count": Count("involvements__activity", filter=public, distinct=True),
        "late_count": Count("involvements__activity", filter=responsible & late, distinct=True),
    }


def show_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The activities of one organisation by role, and those that are late."""
    found = get_object_or_404(Organisation, slug=slug)
    public = found.involvements.filter(activity__in=Activity.objects.published())
    roles = Counter(dict(public.order_by().values_list("role").annotate(Count("pk"))))
    responsible = public.filter(role=Involvement.Role.RESPONSIBLE)
    late = _rows(responsible.filter(late_by(timezone.localdate(), "activity__")).order_by("activity__ends_on", "pk"))
    sections = [
        (label, roles[role], _rows(_in_order(public.filter(role=role)))) for role, label in _role_labels().items()
    ]
    statuses = Counter(dict(responsible.order_by().values_list("activity__delivery_status").annotate(Count("pk"))))
    context = {
        "organisation": found,
        "late": late,
        "late_count": responsible.filter(late_by(timezone.localdate(), "activity__")).count(),
        "sections": [(label, count, rows) for label, count, rows in sections if count],
        "statuses": statuses,
        "rows": ROWS,
        "page_updated": public.aggregate(last=Max("activity__updated_at"))["last"],
        "section": "activities",
    }
    return render(request, "actionplans/organisation.html", context)


def _role_labels() -> dict[str, str]:
    return {
        Involvement.Role.RESPONSIBLE.value: _("Responsible for"),
        Involvement.Role.PARTICIPATING.value: _("Participates in"),
        Involvement.Role.FINANCING.value: _("Funds"),
    }


def _in_order(involvements: QuerySet[Involvement]) -> QuerySet[Involvement]:
    return involvements.order_by("activity__plan__theme__position", "activity__starts_on", "pk")


def _rows(involvements: QuerySet[Involvement]) -> list[Involvement]:
    found = involvements.select_related("activity__plan__theme").defer("activity__body", "activity__plan__body")
    return list(found[:ROWS])
