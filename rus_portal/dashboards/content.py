"""What waits for those who keep the content: one list, whatever kind it is of, and how it goes with the plans.

Coordinators have what is theirs, reporters the activities they report on, and whoever may change everything what nobody
answers for: it would wait for ever otherwise.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy

from actionplans.admin.attention import get_attention_conditions
from actionplans.models import ActionPlan, Activity
from actionplans.ownership import find_own_plans, find_reported_activities, may_change_all
from contacts.models import Substitution
from documents.models import Document
from funding.models import Call
from funding.ownership import find_own_calls
from indicators.models import Indicator
from indicators.snapshots import could_not_be_fetched, lacks_current_data
from news.models import NewsItem
from publishing.models import Draft, LinkCheck, Publication
from publishing.moments import describe_clock, describe_day
from publishing.reviews.admin import find_waiting
from publishing.translations.filters import has_stale_english, lacks_english

ROWS, RECENT, LOOKED_THROUGH = 15, 5, 50
UNFINISHED = (Publication.DRAFT, Publication.REVIEW)
FOR_REPORTERS = ("late", "milestone", "unconfirmed")
REASONS = {
    "late": (gettext_lazy("late"), "late"),
    "milestone": (gettext_lazy("milestone due"), "late"),
    "unconfirmed": (pgettext_lazy("an activity", "not confirmed for 90 days"), "fault"),
    "no_responsible": (gettext_lazy("without a responsible organisation"), "fault"),
    "no_goal": (gettext_lazy("without a goal"), "fault"),
    "draft": (gettext_lazy("unpublished"), "draft"),
    "english_stale": (gettext_lazy("the English may be out of date"), "fault"),
    "english_missing": (gettext_lazy("something lacks in English"), "draft"),
}
"""Why an activity waits, the most urgent first: the words, and the mark that the style sheet knows."""
COUNTS = {
    "total": ngettext_lazy("%(count)d activity", "%(count)d activities", "count"),
    "late": ngettext_lazy("%(count)d late", "%(count)d late", "count"),
    "milestone": ngettext_lazy("%(count)d with a milestone due", "%(count)d with milestones due", "count"),
    "unconfirmed": ngettext_lazy("%(count)d not confirmed for 90 days", "%(count)d not confirmed for 90 days", "count"),
    "no_responsible": ngettext_lazy(
        "%(count)d without a responsible organisation", "%(count)d without a responsible organisation", "count"
    ),
    "no_goal": ngettext_lazy("%(count)d without a goal", "%(count)d without a goal", "count"),
    "draft": ngettext_lazy("%(count)d unpublished", "%(count)d unpublished", "count"),
    "english_stale": ngettext_lazy(
        "%(count)d where the English may be out of date", "%(count)d where the English may be out of date", "count"
    ),
    "english_missing": ngettext_lazy(
        "%(count)d lacking something in English", "%(count)d lacking something in English", "count"
    ),
}
FILTERS = {"total": "", "english_stale": "english=stale", "english_missing": "english=missing"}
"""The part of the list's address that shows the activities counted, where it is not `attention=…`."""


class Reason(NamedTuple):
    """Why something waits, and the mark by which it is shown."""

    words: str
    mark: str


class Waiting(NamedTuple):
    """One thing that waits for somebody."""

    title: str
    url: str
    place: str
    reasons: list[Reason]
    activity: int | None = None
    """The activity to report on, if it is one."""


def build_content_context(user: User) -> dict[str, Any]:
    """Return what waits for a user, and how much there is of each kind."""
    waiting = [*_list_reviews(user), *_list_failed_drafts(user)]
    activities = _find_activities(user)
    conditions = _list_conditions(user)
    counts = activities.aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})
    waiting += _list_activities(activities, conditions)
    if user.has_perm("indicators.change_indicator"):
        waiting += _list_indicators(user)
    if user.has_perm("funding.change_call"):
        waiting += _list_calls(user)
    if user.has_perm("news.change_newsitem"):
        waiting += [*_list_news(), *_list_dead_links()]
    if may_change_all(user):
        waiting += _list_plans_of_nobody()
    return {
        "waiting": waiting,
        "counts": list(_describe_counts(counts)),
        "stands_in": Substitution.objects.in_force().filter(substitute=user).select_related("person"),
        "is_for_all": may_change_all(user),
        "may_write": user.has_perm("news.add_newsitem"),
    }


# Activities ---------------------------------------------------------------------------------------
def _find_activities(user: User) -> QuerySet[Activity]:
    """Return the user's activities; for whoever may change all, those of plans that nobody coordinates."""
    if may_change_all(user):
        return Activity.objects.filter(plan__coordinators=None)
    return find_reported_activities(user)


def _list_conditions(user: User) -> dict[str, Any]:
    """Return the conditions by which activities wait, those that the user can do something about."""
    english = {"english_missing": lacks_english(Activity), "english_stale": has_stale_english(Activity)}
    conditions: dict[str, Any] = get_attention_conditions() | english
    may_change = user.has_perm("actionplans.change_activity")
    return {name: conditions[name] for name in REASONS if may_change or name in FOR_REPORTERS}


def _list_activities(activities: QuerySet[Activity], conditions: dict[str, Any]) -> Iterator[Waiting]:
    """Yield the activities with most to do: the most urgent first, then the one that has waited longest."""
    given = {f"is_{name}": ExpressionWrapper(Q(condition), BooleanField()) for name, condition in conditions.items()}
    cases = [When(Q(condition), then=Value(place)) for place, condition in enumerate(conditions.values())]
    urgency = Case(*cases, default=Value(None), output_field=IntegerField())
    found = activities.annotate(urgency=urgency, **given).filter(urgency__isnull=False).select_related("plan")
    for activity in found.order_by("urgency", F("last_confirmed_at").asc(nulls_first=True), "pk")[:ROWS]:
        reasons = [Reason(*map(str, REASONS[name])) for name in conditions if getattr(activity, f"is_{name}")]
        is_reported = any(getattr(activity, f"is_{name}", False) for name in FOR_REPORTERS)
        yield Waiting(
            activity.title,
            reverse("admin:actionplans_activity_change", args=[activity.pk]),
            activity.plan.title,
            reasons,
            activity.pk if is_reported else None,
        )


def _describe_counts(counts: dict[str, int], plan: ActionPlan | None = None) -> Iterator[tuple[str, str]]:
    """Yield the words and the address of each count that is not zero, of one plan or of all."""
    url = reverse("admin:actionplans_activity_changelist")
    of_plan = f"plan__id__exact={plan.pk}&" if plan else ""
    for name, words in COUNTS.items():
        if count := counts.get(name, 0):
            shown = FILTERS.get(name, f"attention={name}")
            yield str(words % {"count": count}), f"{url}?{of_plan}{shown}".rstrip("&?")


# Other kinds --------------------------------------------------------------------------------------
def _list_reviews(user: User) -> Iterator[Waiting]:
    for review in find_waiting(user)[:ROWS]:
        facts = {"name": review.draft.author_name, "time": describe_clock(review.asked_at)}
        reason = Reason(_("%(name)s asked you to read it %(time)s") % facts, "draft")
        yield Waiting(str(review.draft), review.draft.find_page("review"), _kind_of(review.draft), [reason])


def _list_failed_drafts(user: User) -> Iterator[Waiting]:
    failed = Draft.objects.by(user).filter(discarded_at=None).exclude(failure="").defer("posted")
    for draft in failed.select_related("content_type")[:ROWS]:
        reason = Reason(_("was not published: %(why)s") % {"why": draft.failure}, "late")
        yield Waiting(str(draft), draft.find_page(), _kind_of(draft), [reason])


def _kind_of(draft: Draft) -> str:
    return str(draft.get_kind()._meta.verbose_name)


def _list_indicators(user: User) -> Iterator[Waiting]:
    """Yield the indicators that could not be fetched, or lack the value of the latest expected year."""
    own = Indicator.objects.filter(owner=None) if may_change_all(user) else Indicator.objects.of(user)
    in_need = own.filter(could_not_be_fetched() | lacks_current_data()).select_related("fetching")
    for indicator in in_need.without_charts()[:ROWS]:
        url = reverse("admin:indicators_indicator_change", args=[indicator.pk])
        yield Waiting(indicator.title, url, _("indicator"), [_describe_need(indicator)])


def _describe_need(indicator: Indicator) -> Reason:
    fetching = getattr(indicator, "fetching", None)
    if fetching is not None and fetching.fault:
        words = ngettext(
            "could not be updated: %(fault)s",
            "could not be updated %(count)d times in a row: %(fault)s",
            fetching.failures,
        )
        return Reason(words % {"count": fetching.failures, "fault": fetching.fault}, "failed")
    if indicator.latest_year is None:
        return Reason(_("has no value yet"), "late")
    return Reason(
        _("latest value is for %(year)d; a newer one should be there") % {"year": indicator.latest_year}, "late"
    )


def _list_calls(user: User) -> Iterator[Waiting]:
    own = Call.objects.filter(programme__contact=None) if may_change_all(user) else find_own_calls(user)
    for call in own.closing_soon().select_related("programme").closing_first()[:ROWS]:
        reason = Reason(_("closes %(day)s") % {"day": call.closes_on}, "planned")
        yield Waiting(call.title, reverse("admin:funding_call_change", args=[call.pk]), call.programme.name, [reason])


def _list_news() -> Iterator[Waiting]:
    """Yield the news that is not published yet: it is common to all who write."""
    for item in NewsItem.objects.filter(publication__in=UNFINISHED).order_by("-updated_at")[:ROWS]:
        reason = Reason(_("unpublished"), "draft")
        yield Waiting(item.title, reverse("admin:news_newsitem_change", args=[item.pk]), _("news item"), [reason])


def _list_dead_links() -> Iterator[Waiting]:
    """Yield the texts that link to pages of other sites which have failed on several nights in a row."""
    for link in LinkCheck.objects.dead()[:ROWS]:
        facts = {"fault": link.get_fault_display(), "day": describe_day(link.failed_since or timezone.now())}
        reason = Reason(_("dead link: %(fault)s, since %(day)s") % facts, "fault")
        for title, url in link.found_in:
            yield Waiting(title, url, link.address, [reason])


def _list_plans_of_nobody() -> Iterator[Waiting]:
    for plan in ActionPlan.objects.filter(coordinators=None).order_by("pk")[:ROWS]:
        url = reverse("admin:actionplans_actionplan_change", args=[plan.pk])
        yield Waiting(plan.title, url, _("action plan"), [Reason(_("without a coordinator"), "fault")])


# Plans and changes --------------------------------------------------------------------------------
def build_plans_context(user: User) -> dict[str, Any]:
    """Return the user's plans with who coordinates them and what is behind in each, those most behind first."""
    needs = {name: Count("pk", filter=condition) for name, condition in _list_conditions(user).items()}
    own = find_own_plans(user)
    counted: Any = Activity.objects.filter(plan__in=own).order_by().values("plan").annotate(total=Count("pk"), **needs)
    counts: dict[int, dict[str, int]] = {row["plan"]: row for row in counted}
    plans = own.select_related("theme", "strategy").prefetch_related("coordinators")
    rows = [(plan, counts.get(plan.pk, {})) for plan in plans]
    rows.sort(key=lambda row: (-row[1].get("late", 0), -row[1].get("unconfirmed", 0)))
    shown = [{"plan": plan, "counts": list(_describe_counts(of_plan, plan))} for plan, of_plan in rows]
    is_for_all = may_change_all(user)
    return {"plans": shown, "is_for_all": is_for_all, "todos": list(_count_unfinished()) if is_for_all else []}


def _count_unfinished() -> Iterator[tuple[int, str, str]]:
    """Yield how much of all content needs somebody, whoever's it is: the count, the words and the address."""
    lists = [
        (ActionPlan.objects.filter(publication__in=UNFINISHED), _("unpublished plans"),
         "actionplans_actionplan_changelist", "publication__exact=draft"),
        (Call.objects.closing_soon(), _("calls closing within 30 days"), "funding_call_changelist", "state=soon"),
        (Document.objects.filter(versions=None), _("documents without a file"), "documents_document_changelist",
         "file=none"),
        (Indicator.objects.filter(could_not_be_fetched()), _("indicators that failed to update"),
         "indicators_indicator_changelist", "attention=failing"),
        (Indicator.objects.filter(lacks_current_data()), _("indicators without current data"),
         "indicators_indicator_changelist", "attention=old"),
    ]  # fmt: skip
    for things, words, name, query in lists:
        if count := things.count():
            yield count, words, f"{reverse(f'admin:{name}')}?{query}"


def list_recent_changes(user: User) -> dict[str, Any] | None:
    """Return what the user has changed last, each thing once; None if nothing."""
    entries = LogEntry.objects.filter(user=user).exclude(action_flag=DELETION).select_related("content_type")
    latest: dict[tuple[Any, Any], LogEntry] = {}
    for entry in entries.order_by("-action_time")[:LOOKED_THROUGH]:
        latest.setdefault((entry.content_type_id, entry.object_id), entry)
    return {"changes": list(latest.values())[:RECENT]} if latest else None
