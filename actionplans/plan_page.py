"""The content of a plan's page, read by one prepared query.

Most of the time for this page, the busiest of the portal, went to building the same SQL again. So its query is built
from querysets, but once a language; a request only fills in the address and the time. The database answers with JSON,
which the template reads as it would read objects.
"""

import json
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from psycopg2.extensions import AsIs

from actionplans.models import ActionPlan, Activity, Contribution, Organisation, format_years, late_by
from contacts.models import StaffMember
from documents.models import Document, DocumentVersion, Kind, MediaType
from publishing.models import PublishableQuerySet
from strategy.models import Goal, Strategy

SLUG: Final = "$1"
NOW: Final = "$2"
TODAY: Final = "$3"
_prepared_names: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def read_plan(slug: str, at: datetime | None = None) -> dict[str, Any] | None:
    """Return the published plan with all that its page shows, or None."""
    at = at or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(f"EXECUTE {_prepared()} (%s, %s, %s)", [slug, at, timezone.localdate(at)])
        row = cursor.fetchone()
    return _with_addresses(json.loads(row[0])) if row else None


def _prepared() -> str:
    """Return the name of the query in the page's language, prepared once for each connection."""
    language = get_language() or "sv"
    name = f"read_plan_{language}"
    connection.ensure_connection()
    names = _prepared_names.setdefault(connection.connection, set())
    if name not in names:
        sql, parameters = _compiled(language)
        with connection.cursor() as cursor:
            values = [AsIs(value) if value in (SLUG, NOW, TODAY) else value for value in parameters]
            cursor.execute(f"PREPARE {name} (text, timestamptz, date) AS {sql}", values)
        names.add(name)
    return name


@cache
def _compiled(language: str) -> tuple[str, tuple[Any, ...]]:
    """Return the query's SQL, and its parameters with placeholders for a request's own values."""
    slug, at = RawSQL("%s", (SLUG,)), RawSQL("%s", (NOW,))
    plans = ActionPlan.objects.published(at).filter(slug=slug)
    return _rows(plans, _plan_fields(language, at)).query.sql_with_params()


def _plan_fields(language: str, at: RawSQL) -> dict[str, Any]:
    documents = Document.objects.published(at).filter(plans=OuterRef("pk"))
    coordinators = StaffMember.objects.published(at).filter(plans=OuterRef("pk"))
    goals = Goal.objects.published(at).filter(strategy=OuterRef("strategy")).order_by("position")
    successors = Strategy.objects.published(at).filter(supersedes=OuterRef("strategy"))
    # Funding is an app above this one, so its model is reached from the plan.
    of_funding: Any = ActionPlan.guidance.rel.related_model
    guidance = of_funding.objects.published(at).filter(plan=OuterRef("pk"))
    # The plan is known to be published, so its activities need not ask again.
    activities = PublishableQuerySet.published(Activity.objects.filter(plan=OuterRef("pk")), at)
    return {
        **{name: F(name) for name in ("slug", "status", "period_start", "period_end", "adopted_on", "updated_at")},
        **_texts(language, "title", "summary", "body", "adopted_by"),
        "theme": JSONObject(colour=F("theme__colour"), **_texts(language, "title", of="theme__")),
        "strategy": JSONObject(
            slug=F("strategy__slug"), is_current=F("strategy__is_current"), **_texts(language, "title", of="strategy__")
        ),
        "successors": ArraySubquery(_rows(successors, {"slug": F("slug"), **_texts(language, "title")})),
        "coordinators": ArraySubquery(_rows(coordinators, {"slug": F("slug"), "name": F("name")})),
        "documents": ArraySubquery(_rows(documents, _document_fields(language))),
        "goals": ArraySubquery(_rows(goals, {"pk": F("pk"), "slug": F("slug"), **_texts(language, "title")})),
        "guidance": ArraySubquery(_rows(guidance, _guidance_fields(language))),
        "activities": ArraySubquery(_rows(activities.order_by("starts_on", "slug"), _activity_fields(language))),
    }


def _activity_fields(language: str) -> dict[str, Any]:
    today = RawSQL("%s", (TODAY,))
    served = Contribution.objects.filter(activity=OuterRef("pk")).order_by("pk")
    responsible = Organisation.objects.filter(
        involvements__activity=OuterRef("pk"), involvements__role="responsible"
    ).order_by()
    return {
        **{name: F(name) for name in ("slug", "delivery_status", "starts_on", "ends_on", "updated_at")},
        **_texts(language, "title", "summary"),
        # An activity without an end compares as NULL, and is not late.
        "is_late": Coalesce(ExpressionWrapper(late_by(today), output_field=BooleanField()), Value(value=False)),
        "responsible": ArraySubquery(_rows(responsible, _texts(language, "name"))),
        "goals": ArraySubquery(served.values("goal")),
    }


def _guidance_fields(language: str) -> dict[str, Any]:
    programme = JSONObject(slug=F("programme__slug"), **_texts(language, "name", of="programme__"))
    return {"programme": programme, **_texts(language, "how")}


def _document_fields(language: str) -> dict[str, Any]:
    newest = DocumentVersion.objects.public().filter(document=OuterRef("pk")).order_by("-number")[:1]
    measures = {name: F(name) for name in ("media_type", "size", "pages")}
    return {
        **{name: F(name) for name in ("slug", "kind", "language")},
        **_texts(language, "title"),
        "versions": ArraySubquery(_rows(newest, measures)),
    }


def _texts(language: str, *fields: str, of: str = "") -> dict[str, Any]:
    """Return translated texts, or the Swedish ones, and whether they are Swedish."""
    if language == "sv":
        return {field: F(f"{of}{field}_sv") for field in fields}
    texts: dict[str, Any] = {}
    for field in fields:
        own = f"{of}{field}_{language}"
        texts[field] = Coalesce(NullIf(F(own), Value("")), F(f"{of}{field}_sv"))
        missing = Q(**{own: ""}) | Q(**{f"{own}__isnull": True})
        texts[f"{field}_is_swedish"] = ExpressionWrapper(missing, output_field=BooleanField())
    return texts


def _rows(queryset: QuerySet[Any], fields: dict[str, Any]) -> QuerySet[Any]:
    """Return each row as one JSON object."""
    return queryset.annotate(row=JSONObject(**fields)).values("row")


def _with_addresses(plan: dict[str, Any]) -> dict[str, Any]:
    """Add what the database does not know: addresses, labels of codes, dates as dates."""
    plan["url"] = reverse("actionplans:plan", args=[plan["slug"]])
    plan["status_words"] = str(ActionPlan.Status(plan["status"]).label)
    plan["adopted_on"] = date.fromisoformat(plan["adopted_on"]) if plan["adopted_on"] else None
    plan["strategy"]["url"] = reverse("strategy:detail", args=[plan["strategy"]["slug"]])
    plan["successor"] = None if plan["strategy"]["is_current"] else next(iter(plan["successors"]), None)
    if plan["successor"]:
        plan["successor"]["url"] = reverse("strategy:detail", args=[plan["successor"]["slug"]])
    for person in plan["coordinators"]:
        person["url"] = reverse("contacts:staff", args=[person["slug"]])
    for document in plan["documents"]:
        document["get_absolute_url"] = reverse("documents:detail", args=[document["slug"]])
        document["get_kind_display"] = Kind(document["kind"]).label
        document["current_version"] = version = next(iter(document["versions"]), None)
        if version:
            media_type = MediaType(version["media_type"])
            version |= {"get_media_type_display": media_type.label, "extent": media_type.extent(version["pages"])}
    for row in plan["guidance"]:
        row["programme"]["get_absolute_url"] = reverse("funding:programme", args=[row["programme"]["slug"]])
    words = dict(list_delivery_statuses(get_language() or "sv"))
    for activity in plan["activities"]:
        activity["url"] = f"{plan['url']}{activity['slug']}/"
        activity["status_words"] = words[activity["delivery_status"]]
        activity["years"] = _years(activity)
    plan["updated_at"] = datetime.fromisoformat(max(row["updated_at"] for row in [plan, *plan["activities"]]))
    plan["groups"] = _by_goal(plan["goals"], plan["activities"])
    return plan


@cache
def list_delivery_statuses(_language: str) -> list[tuple[str, str]]:
    """Return every delivery status with its label."""
    return [(status.value, str(status.label)) for status in Activity.Delivery]


def _years(activity: dict[str, Any]) -> str:
    start, end = (int(day[:4]) if day else None for day in (activity["starts_on"], activity["ends_on"]))
    goes_on = end is None and activity["delivery_status"] in Activity.UNFINISHED
    return format_years(start, end, is_continuous=goes_on)


def _by_goal(goals: list[dict[str, Any]], activities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group the activities, each once, under the first goal it serves; those without a goal last."""
    groups: list[dict[str, Any]] = [{"goal": goal, "activities": []} for goal in [*goals, None]]
    for activity in activities:
        first = next((group for group in groups[:-1] if group["goal"]["pk"] in activity["goals"]), groups[-1])
        first["activities"].append(activity)
    for goal in goals:
        goal["url"] = reverse("strategy:goal", args=[goal["slug"]])
    return [group for group in groups if group["activities"]]
