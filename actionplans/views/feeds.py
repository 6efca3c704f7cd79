"""Atom feeds for a goal, a plan or an organisation: new activities and status reports."""

from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Activity, ActivityQuerySet, Organisation, StatusUpdate
from language.atom import AtomFeed
from publishing.views import get_published
from strategy.models import Goal

LATEST = 30
M = TypeVar("M", bound=Model)


class Entry(NamedTuple):
    """An event, with a permanent address of its own."""

    title: str
    text: str
    link: str
    key: str
    at: datetime


class ActivityFeed(Feed):
    """The latest events in some activities, in the language of the address."""

    feed_type = AtomFeed
    feed_name: str

    def get_object(self, request: HttpRequest, slug: str) -> Any:
        raise NotImplementedError

    def activities(self, thing: Any) -> ActivityQuerySet:
        raise NotImplementedError

    def title(self, thing: Any) -> str:
        return _("%(thing)s – what happens in the activities") % {"thing": thing.name_or_title}

    def subtitle(self, _thing: Any) -> str:
        return _("New activities and public status reports")

    def link(self, thing: Any) -> str:
        return settings.BASE_URL + str(thing.get_absolute_url())

    def feed_url(self, thing: Any) -> str:
        return settings.BASE_URL + reverse(self.feed_name, args=[thing.slug])

    def items(self, thing: Any) -> list[Entry]:
        activities = self.activities(thing).select_related("plan").defer("body")
        newest = activities.order_by("-publish_from", "-pk")[:LATEST]
        reports = StatusUpdate.objects.public().filter(activity__in=activities.order_by().values("pk"))
        told = reports.select_related("activity__plan").defer("activity__body").order_by("-created_at", "-pk")[:LATEST]
        entries = [*map(_of_activity, newest), *map(_of_report, told)]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:LATEST]

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return item.text

    def item_link(self, item: Entry) -> str:
        return settings.BASE_URL + item.link

    def item_guid(self, item: Entry) -> str:
        return settings.BASE_URL + item.link + item.key

    def item_pubdate(self, item: Entry) -> datetime:
        return item.at

    item_updateddate = item_pubdate


class GoalFeed(ActivityFeed):
    feed_name = "actionplans:goal-feed"

    def get_object(self, request: HttpRequest, slug: str) -> Goal:  # noqa: ARG002
        return _named(get_published(Goal.objects.published(), slug), "title")

    def activities(self, thing: Goal) -> ActivityQuerySet:
        return Activity.objects.published().filter(pk__in=thing.contributions.order_by().values("activity"))


class PlanFeed(ActivityFeed):
    feed_name = "actionplans:plan-feed"

    def get_object(self, request: HttpRequest, slug: str) -> ActionPlan:  # noqa: ARG002
        return _named(get_published(ActionPlan.objects.published(), slug), "title")

    def activities(self, thing: ActionPlan) -> ActivityQuerySet:
        return Activity.objects.published().filter(plan=thing)


class OrganisationFeed(ActivityFeed):
    feed_name = "actionplans:organisation-feed"

    def get_object(self, request: HttpRequest, slug: str) -> Organisation:  # noqa: ARG002
        return _named(get_object_or_404(Organisation, slug=slug), "name")

    def activities(self, thing: Organisation) -> ActivityQuerySet:
        return Activity.objects.published().filter(pk__in=thing.involvements.order_by().values("activity"))


def _named(thing: M, field: str) -> M:
    thing.name_or_title = getattr(thing, field)  # type: ignore[attr-defined]
    return thing


def _of_activity(activity: Activity) -> Entry:
    title = _("New activity: %(title)s") % {"title": activity.title}
    at = activity.publish_from or activity.created_at
    return Entry(title, activity.summary, activity.get_absolute_url(), "", at)


def _of_report(report: StatusUpdate) -> Entry:
    words = {
        "title": report.activity.title,
        "before": report.get_before_display().lower(),
        "after": report.get_after_display().lower(),
    }
    same = report.before == report.after
    title = (_("%(title)s: %(after)s") if same else _("%(title)s: from %(before)s to %(after)s")) % words
    text = _("%(text)s Signed by %(name)s.") % {"text": report.text, "name": report.signed_by}
    return Entry(title, text, report.activity.get_absolute_url(), f"#report-{report.pk}", report.created_at)
