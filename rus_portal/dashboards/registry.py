"""What waits for those who work in the registry."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mailroom.models import OutgoingMail
from mailroom.waiting_mail import explain_waiting
from registry.admin.archive_dashboard import archive_context
from registry.admin.mailbox_dashboard import mailbox_context
from registry.days import day_bounds
from registry.files import scanning
from registry.forms.case_acts import find_officers
from registry.models import Case, Dispatch, Intake, Record
from registry.permissions import find_readable_cases

ROWS = 10
OPEN = Case.OPEN
WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)


def build_registrar_context(typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return cases without an officer, today's messages, those waiting to be assessed, and mail that failed."""
    today, _tomorrow = day_bounds(timezone.localdate())
    unassigned = _cases().filter(assigned_to=None, status__in=OPEN)
    return {
        "officers": [(officer.pk, officer.get_full_name() or officer.username) for officer in find_officers()],
        "unassigned": _with_typed(unassigned[:ROWS], typed or {}),
        "unassigned_count": unassigned.count(),
        "today_count": Intake.objects.filter(received_at__gte=today).count(),
        "open_count": Case.objects.filter(status__in=OPEN).count(),
        "overdue_count": Case.objects.overdue().count(),
        "waiting": Intake.objects.filter(state__in=WAITING).order_by("received_at")[:ROWS],
        "unsent": OutgoingMail.objects.filter(state__in=OutgoingMail.NEED_SOMEONE)[:ROWS],
        "waiting_mail": explain_waiting(),
        "mailbox": mailbox_context(),
        "waiting_files": scanning.find_waiting_files()[:ROWS],
        "infected_files": scanning.find_infected_files()[:ROWS],
    }


def build_archivist_context() -> dict[str, Any]:
    """Return the number of cases by year: all, open, and closed ones, which may be delivered."""
    counts: Any = {
        "total": Count("pk"),
        "open": Count("pk", filter=Q(status__in=OPEN)),
        "closed": Count("pk", filter=Q(status=Case.Status.CLOSED)),
    }
    years = Case.objects.order_by().values("year").annotate(**counts).order_by("-year")
    return {"years": list(years.values_list("year", *counts)), **archive_context()}


def build_officer_context(user: User, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The cases that wait for an officer, the oldest first."""
    cases = _cases().filter(assigned_to=user.pk, pk__in=find_readable_cases(user).values("pk"))
    answers = Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER, case__in=cases.values("pk"))
    stuck = answers.filter(mail__state__in=OutgoingMail.NEED_SOMEONE).select_related("case__series", "mail")
    return {
        "cases": _with_typed(cases.filter(status__in=OPEN)[:ROWS], typed or {}),
        "count": cases.count(),
        "undelivered": stuck[:ROWS],
        "waiting_mail": explain_waiting(OutgoingMail.objects.filter(dispatch__in=answers.values("pk"))),
    }


def _with_typed(cases: Iterable[Case], typed: Mapping[str, str]) -> list[Case]:
    """Return the cases, each with the officer chosen and the reason written in its row."""
    rows = list(cases)
    for case in rows:
        case.typed = {name: typed.get(f"{name}-{case.pk}", "") for name in ("officer", "reason")}  # type: ignore[attr-defined]
    return rows


def _cases() -> QuerySet[Case]:
    """Return cases with what their rows show, the oldest first."""
    first = Record.objects.filter(case=OuterRef("pk")).order_by("ordinal")
    return (
        Case.objects.select_related("series")
        .annotate(
            addressee=Subquery(first.values("intake__addressee")[:1]),
        )
        .order_by("registered_at", "pk")
    )
