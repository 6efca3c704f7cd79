"""The first page of the admin: for each role, what waits and what to do next.

Every dashboard makes a fixed number of queries, however many rows there are.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import LoginLock
from actionplans.admin.attention import get_attention_conditions
from actionplans.models import ActionPlan, Activity
from actionplans.ownership import find_own_plans, may_change_all
from contacts.models import StaffMember
from documents.admin.attention import summarize_documents
from documents.models import Document
from funding.models import Call
from funding.ownership import find_own_calls
from indicators.models import Indicator
from indicators.snapshots import could_not_be_fetched, lacks_current_data
from jobs.models import Failure
from mailroom.models import OutgoingMail
from mailroom.waiting_mail import explain_waiting
from news.models import NewsItem
from publishing.models import Draft, LinkCheck, Publication
from publishing.reviews.admin import find_waiting
from publishing.translations.filters import has_stale_english, lacks_english
from registry.admin.archive_dashboard import archive_context
from registry.admin.mailbox_dashboard import mailbox_context
from registry.days import day_bounds
from registry.files import scanning
from registry.forms.case_acts import find_officers
from registry.models import Case, Dispatch, Intake, Record
from registry.permissions import find_readable_cases
from registry.transitions import MAY_HAVE_CASES
from rus_portal.operations.page import MAY_WATCH, describe_conditions

ROWS = 10
UNCONFIRMED = 5
OPEN = Case.OPEN
WAITING = (Intake.State.RECEIVED, Intake.State.QUARANTINED)
UNFINISHED = (Publication.DRAFT, Publication.REVIEW)


class Dashboard(NamedTuple):
    """A part of the first page: its template and context."""

    template: str
    context: dict[str, Any]


def list_dashboards(user: User, typed: Mapping[str, str] | None = None) -> list[Dashboard]:
    """Return a user's dashboards, by permissions. `typed` is what they wrote in the rows but have not sent."""
    dashboards = _list_dashboards_of_drafts(user)
    if user.has_perm(MAY_WATCH):
        dashboards.append(Dashboard("admin/dashboards/operations.html", describe_conditions()))
    if user.has_perm("registry.change_case"):
        dashboards.append(Dashboard("admin/dashboards/registrar.html", build_registrar_context(typed)))
    elif user.has_perm("registry.view_case"):
        dashboards.append(Dashboard("admin/dashboards/archivist.html", build_archivist_context()))
    if user.has_perm("actionplans.change_actionplan") and not may_change_all(user):
        dashboards.append(Dashboard("admin/dashboards/coordinator.html", build_coordinator_context(user)))
    if user.has_perm("documents.change_document"):
        dashboards.append(Dashboard("admin/dashboards/documents.html", summarize_documents()))
    if user.has_perm(MAY_HAVE_CASES) and not user.has_perm("registry.view_case"):
        dashboards.append(Dashboard("admin/dashboards/officer.html", build_officer_context(user, typed)))
    if user.has_perm("auth.change_user"):
        dashboards.append(Dashboard("admin/dashboards/administrator.html", build_administrator_context()))
    if user.has_perm("jobs.change_failure") and (failures := Failure.objects.given_up().visible_to(user)[:ROWS]):
        dashboards.append(Dashboard("admin/dashboards/failures.html", {"failures": failures}))
    return dashboards


def _list_dashboards_of_drafts(user: User) -> list[Dashboard]:
    """What the user is asked to read, and what they are writing."""
    own = Draft.objects.by(user).filter(discarded_at=None).defer("posted").select_related("content_type")
    parts = {"reviews": list(find_waiting(user)[:ROWS]), "drafts": list(own[:ROWS])}
    return [Dashboard(f"admin/dashboards/{name}.html", {name: rows}) for name, rows in parts.items() if rows]


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


def build_coordinator_context(user: User) -> dict[str, Any]:
    """Return the user's plans, with what needs attention in each."""
    english = {"english_missing": lacks_english(Activity), "english_stale": has_stale_english(Activity)}
    conditions: dict[str, Any] = get_attention_conditions() | english
    needs = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    activities = Activity.objects.filter(plan__in=find_own_plans(user)).order_by()
    counts = {row["plan"]: row for row in activities.values("plan").annotate(total=Count("pk"), **needs)}
    plans = find_own_plans(user).select_related("theme", "strategy")
    oldest = _oldest_unconfirmed(activities)
    nothing = dict.fromkeys(("total", *needs), 0)
    return {
        "plans": [(plan, counts.get(plan.pk, nothing), oldest.get(plan.pk, [])) for plan in plans],
        "indicators": find_indicators_in_need(user),
        "closing_calls": find_own_calls(user).closing_soon().select_related("programme").closing_first()[:ROWS],
        "drafts": NewsItem.objects.filter(publication__in=UNFINISHED).order_by("-updated_at")[:ROWS],
        "dead_links": LinkCheck.objects.dead()[:ROWS],
    }


def _oldest_unconfirmed(activities: QuerySet[Activity]) -> dict[int, list[Activity]]:
    """Return the activities of each plan that have waited longest to be confirmed."""
    since = Coalesce("last_confirmed_at", "created_at")
    place = Window(RowNumber(), partition_by="plan", order_by=[since.asc(), F("pk").asc()])
    found = (
        activities.filter(get_attention_conditions()["unconfirmed"])
        .annotate(since=since, place=place)
        .filter(place__lte=UNCONFIRMED)
    )
    oldest: dict[int, list[Activity]] = {}
    for activity in found.order_by("plan", "place"):
        oldest.setdefault(activity.plan_id, []).append(activity)
    return oldest


def find_indicators_in_need(user: User) -> QuerySet[Indicator]:
    """Return the user's indicators that could not be fetched, or lack the value of the latest expected year."""
    in_need = Indicator.objects.of(user).filter(could_not_be_fetched() | lacks_current_data())
    return in_need.select_related("fetching").only("title_sv", "latest_year", "fetching")[:ROWS]


def build_administrator_context() -> dict[str, Any]:
    """Return counts of what is unfinished among logins, staff and content."""
    attention = get_attention_conditions()
    todos = [
        (LoginLock.objects.in_force(), _("locked logins"), "accounts_loginlock", "locked=now"),
        (User.objects.filter(is_active=True, groups=None, is_superuser=False), _("user accounts without a role"),
         "auth_user", "groups__isnull=True"),
        (StaffMember.objects.filter(publication__in=UNFINISHED), _("staff whose page is not published"),
         "contacts_staffmember", "publication__exact=draft"),
        (ActionPlan.objects.filter(coordinators=None), _("plans without a coordinator"), "actionplans_actionplan", ""),
        (ActionPlan.objects.filter(publication__in=UNFINISHED), _("unpublished plans"),
         "actionplans_actionplan", "publication__exact=draft"),
        (Activity.objects.filter(attention["late"]), _("late activities"),
         "actionplans_activity", "attention=late"),
        (Activity.objects.filter(attention["no_responsible"]), _("activities without a responsible organisation"),
         "actionplans_activity", "attention=no_responsible"),
        (Call.objects.closing_soon(), _("calls closing within 30 days"), "funding_call", "state=soon"),
        (Document.objects.filter(versions=None), _("documents without a file"), "documents_document", "file=none"),
        (Indicator.objects.filter(could_not_be_fetched()), _("indicators that failed to update"),
         "indicators_indicator", "attention=failing"),
        (Indicator.objects.filter(lacks_current_data()), _("indicators without current data"),
         "indicators_indicator", "attention=old"),
    ]  # fmt: skip
    rows = [(things.count(), words, reverse(f"admin:{view}_changelist"), query) for things, words, view, query in todos]
    shown = [(count, words, f"{url}?{query}".rstrip("?")) for count, words, url, query in rows if count]
    return {"todos": shown, "waiting_mail": explain_waiting()}


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
