"""The first page of the admin: for each role, what waits and the next act.

Every desk asks a fixed number of questions of the database, however much there is.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.admin.attention import attention_conditions
from actionplans.models import ActionPlan, Activity
from actionplans.ownership import may_change_all, plans_of
from contacts.models import StaffMember
from documents.admin.attention import document_desk
from documents.models import Document
from funding.models import Call
from funding.ownership import calls_of
from indicators.models import Indicator
from indicators.reading import could_not_be_fetched, lacks_current_data
from mailroom.models import OutgoingMail
from news.models import NewsItem
from publishing.models import Publication
from registry.admin.archive_desk import archive_desk
from registry.admin.mailbox_desk import mailbox_desk
from registry.days import day_in_time
from registry.files import scanning
from registry.forms import find_officers
from registry.models import Case, Dispatch, Intake, Record
from registry.permissions import readable_cases
from registry.transitions import MAY_HAVE_CASES

ROWS = 10
UNCONFIRMED = 5
OPEN = Case.OPEN
WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)
UNFINISHED = (Publication.DRAFT, Publication.REVIEW)


class Dashboard(NamedTuple):
    """A part of the first page: which template shows it, and with what."""

    template: str
    context: dict[str, Any]


def list_dashboards(user: User, typed: Mapping[str, str] | None = None) -> list[Dashboard]:
    """The desks of a user, by what they may do, with what they have typed in the rows and not used yet."""
    desks = []
    if user.has_perm("registry.change_case"):
        desks.append(Dashboard("admin/desks/registrar.html", registrar_context(typed)))
    elif user.has_perm("registry.view_case"):
        desks.append(Dashboard("admin/desks/archivist.html", archivist_context()))
    if user.has_perm("actionplans.change_actionplan") and not may_change_all(user):
        desks.append(Dashboard("admin/desks/coordinator.html", coordinator_context(user)))
    if user.has_perm("documents.change_document"):
        desks.append(Dashboard("admin/desks/documents.html", document_desk()))
    if user.has_perm(MAY_HAVE_CASES) and not user.has_perm("registry.view_case"):
        desks.append(Dashboard("admin/desks/officer.html", officer_context(user, typed)))
    if user.has_perm("auth.change_user"):
        desks.append(Dashboard("admin/desks/administrator.html", administrator_context()))
    return desks


def registrar_context(typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What has no officer, what came today, what waits to be assessed, and mail that did not go."""
    today, _tomorrow = day_in_time(timezone.localdate())
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
        "mailbox": mailbox_desk(),
        "waiting_files": scanning.waiting_files()[:ROWS],
        "infected_files": scanning.infected_files()[:ROWS],
    }


def archivist_context() -> dict[str, Any]:
    """How much the registry holds by year: all, what is open, what is closed and may be delivered."""
    counts: Any = {
        "total": Count("pk"),
        "open": Count("pk", filter=Q(status__in=OPEN)),
        "closed": Count("pk", filter=Q(status=Case.Status.CLOSED)),
    }
    years = Case.objects.order_by().values("year").annotate(**counts).order_by("-year")
    return {"years": list(years.values_list("year", *counts)), **archive_desk()}


def officer_context(user: User, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The cases that wait for an officer, the oldest first."""
    cases = _cases().filter(assigned_to=user.pk, pk__in=readable_cases(user).values("pk"))
    answers = Dispatch.objects.filter(kind=Dispatch.Kind.ANSWER, case__in=cases.values("pk"))
    stuck = answers.filter(mail__state__in=OutgoingMail.NEED_SOMEONE).select_related("case__series", "mail")
    return {
        "cases": _with_typed(cases.filter(status__in=OPEN)[:ROWS], typed or {}),
        "count": cases.count(),
        "undelivered": stuck[:ROWS],
    }


def _with_typed(cases: Iterable[Case], typed: Mapping[str, str]) -> list[Case]:
    """The rows, each with the officer that was chosen in it and the reason that was written."""
    rows = list(cases)
    for case in rows:
        case.typed = {name: typed.get(f"{name}-{case.pk}", "") for name in ("officer", "reason")}  # type: ignore[attr-defined]
    return rows


def coordinator_context(user: User) -> dict[str, Any]:
    """Her plans, with what in each of them needs her."""
    needs = {name: Count("pk", filter=condition) for name, condition in attention_conditions().items()}
    activities = Activity.objects.filter(plan__in=plans_of(user)).order_by()
    counts = {row["plan"]: row for row in activities.values("plan").annotate(total=Count("pk"), **needs)}
    plans = plans_of(user).select_related("theme", "strategy")
    oldest = _oldest_unconfirmed(activities)
    nothing = dict.fromkeys(("total", *needs), 0)
    return {
        "plans": [(plan, counts.get(plan.pk, nothing), oldest.get(plan.pk, [])) for plan in plans],
        "indicators": indicators_in_need(user),
        "closing_calls": calls_of(user).closing_soon().select_related("programme").closing_first()[:ROWS],
        "drafts": NewsItem.objects.filter(publication__in=UNFINISHED).order_by("-updated_at")[:ROWS],
    }


def _oldest_unconfirmed(activities: QuerySet[Activity]) -> dict[int, list[Activity]]:
    """Of each plan, what has waited longest to be confirmed."""
    since = Coalesce("last_confirmed_at", "created_at")
    place = Window(RowNumber(), partition_by="plan", order_by=[since.asc(), F("pk").asc()])
    found = (
        activities.filter(attention_conditions()["unconfirmed"])
        .annotate(since=since, place=place)
        .filter(place__lte=UNCONFIRMED)
    )
    oldest: dict[int, list[Activity]] = {}
    for activity in found.order_by("plan", "place"):
        oldest.setdefault(activity.plan_id, []).append(activity)
    return oldest


def indicators_in_need(user: User) -> QuerySet[Indicator]:
    """Her indicators that could not be fetched, or that lack the value of the latest year that should have one."""
    in_need = Indicator.objects.of(user).filter(could_not_be_fetched() | lacks_current_data())
    return in_need.select_related("fetching").only("title_sv", "latest_year", "fetching")[:ROWS]


def administrator_context() -> dict[str, Any]:
    """What in logins, staff and content someone has forgotten."""
    attention = attention_conditions()
    todos = [
        (User.objects.filter(is_active=True, groups=None, is_superuser=False), _("logins without a role"),
         "auth_user", "groups__isnull=True"),
        (StaffMember.objects.filter(publication__in=UNFINISHED), _("people whose page is not published"),
         "contacts_staffmember", "publication__exact=draft"),
        (ActionPlan.objects.filter(coordinators=None), _("plans without a coordinator"), "actionplans_actionplan", ""),
        (ActionPlan.objects.filter(publication__in=UNFINISHED), _("plans that are not published"),
         "actionplans_actionplan", "publication__exact=draft"),
        (Activity.objects.filter(attention["late"]), _("activities that are late"),
         "actionplans_activity", "attention=late"),
        (Activity.objects.filter(attention["no_responsible"]), _("activities without a responsible organisation"),
         "actionplans_activity", "attention=no_responsible"),
        (Call.objects.closing_soon(), _("calls that close within 30 days"), "funding_call", "state=soon"),
        (Document.objects.filter(versions=None), _("documents without a file"), "documents_document", "file=none"),
        (Indicator.objects.filter(could_not_be_fetched()), _("indicators that could not be fetched"),
         "indicators_indicator", "attention=failing"),
        (Indicator.objects.filter(lacks_current_data()), _("indicators without current data"),
         "indicators_indicator", "attention=old"),
    ]  # fmt: skip
    rows = [(things.count(), words, reverse(f"admin:{view}_changelist"), query) for things, words, view, query in todos]
    return {"todos": [(count, words, f"{url}?{query}".rstrip("?")) for count, words, url, query in rows if count]}


def _cases() -> QuerySet[Case]:
    """Cases with what a row shows of them, the oldest first."""
    first = Record.objects.filter(case=OuterRef("pk")).order_by("ordinal")
    return (
        Case.objects.select_related("series")
        .annotate(
            addressee=Subquery(first.values("intake__addressee")[:1]),
        )
        .order_by("registered_at", "pk")
    )
