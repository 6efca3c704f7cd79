"""Action plans, their activities, and the organisations that carry them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from actionplans.columns import SHEET_COLUMNS, Part
from actionplans.models import ActionPlan, Activity, Involvement, Milestone, Organisation, StatusUpdate, late_by
from actionplans.spreadsheet.cell_kinds import ProseCell
from publishing.models import Publication
from search.models import Kind
from search.sources.content import Content, Text, get_prose, get_text, get_texts
from search.sources.source import Source

LATE = "late"


def _plan(thing: ActionPlan, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        names=[get_text(thing.theme, "title", language), get_text(thing, "adopted_by", language)],
        text=get_prose(thing, language, "body"),
        themes=[thing.theme_id],
        year=thing.period_start,
        status=f"plan:{thing.status}",
        dated=thing.updated_at,
    )


def _activity(thing: Any, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=_get_columns(thing, language, "summary"),
        names=[get_text(row.organisation, "name", language) for row in thing.involvements.all()],
        text=[
            *_get_columns(thing, language, "text"),
            *(get_text(milestone, "title", language) for milestone in thing.milestones.all()),
            *(get_text(update, "text", language) for update in thing.public_updates),
        ],
        themes=[thing.plan.theme_id],
        year=thing.starts_on.year if thing.starts_on else None,
        status=f"activity:{LATE if thing.is_late() else thing.delivery_status}",
        dated=thing.updated_at,
    )


def _get_columns(thing: Activity, language: str, part: Part) -> list[Text]:
    """Return the texts of the columns that are in a part of what the search holds."""
    columns = [column for column in SHEET_COLUMNS if column.searched == part]
    return [
        text
        for column in columns
        for text in (get_prose if isinstance(column.cell, ProseCell) else get_texts)(thing, language, column.field)
    ]


def _organisation(thing: Organisation, language: str) -> Content:
    with override(language):
        kind = Text(str(Organisation.Kind(thing.kind).label), language)
    return Content(title=get_text(thing, "name", language), names=[kind])


def _indexed_activities() -> QuerySet[Any]:
    return (
        Activity.objects.filter(publication=Publication.PUBLISHED, merged_into=None)
        .select_related("plan")
        .prefetch_related(
            "milestones",
            Prefetch("updates", StatusUpdate.objects.public(), to_attr="public_updates"),
            Prefetch("involvements", Involvement.objects.select_related("organisation")),
        )
    )


def _of_plans(keys: list[int]) -> Iterable[tuple[Kind, int]]:
    """A plan's activities and documents have its theme."""
    for key in Activity.objects.filter(plan__in=keys).order_by().values_list("pk", flat=True):
        yield Kind.ACTIVITY, key
    for key in ActionPlan.documents.through.objects.filter(actionplan__in=keys).values_list("document", flat=True):
        yield Kind.DOCUMENT, key


def _of_organisations(keys: list[int]) -> Iterable[tuple[Kind, int]]:
    """An activity is found by the names of those who carry it."""
    for key in Involvement.objects.filter(organisation__in=keys).order_by().values_list("activity", flat=True):
        yield Kind.ACTIVITY, key


def _states(day: date) -> Mapping[int, str]:
    indexed = Activity.objects.filter(publication=Publication.PUBLISHED, merged_into=None).order_by()
    states = {key: f"activity:{status}" for key, status in indexed.values_list("pk", "delivery_status")}
    late = indexed.filter(late_by(day)).values_list("pk", flat=True)
    return states | dict.fromkeys(late, f"activity:{LATE}")


PUBLISHED = Publication.PUBLISHED
SOURCES = (
    Source(
        kind=Kind.PLAN,
        model=ActionPlan,
        published=ActionPlan.objects.published,
        indexed=lambda: ActionPlan.objects.filter(publication=PUBLISHED).select_related("theme"),
        shown=lambda things: things.select_related("theme"),
        content=_plan,
        touches=_of_plans,
        statuses=dict(ActionPlan.Status.choices),
        weight=1.3,
    ),
    Source(
        kind=Kind.ACTIVITY,
        model=Activity,
        published=lambda at: Activity.objects.published(at).filter(merged_into=None),
        indexed=_indexed_activities,
        shown=lambda things: things.select_related("plan__theme").defer("body", "plan__body", "plan__summary"),
        content=_activity,
        parts=((Milestone, "activity_id"), (StatusUpdate, "activity_id"), (Involvement, "activity_id")),
        states=_states,
        statuses={LATE: _("Late"), **dict(Activity.Delivery.choices)},
    ),
    Source(
        kind=Kind.ORGANISATION,
        model=Organisation,
        published=Organisation.objects.active,
        indexed=Organisation.objects.all,
        content=_organisation,
        touches=_of_organisations,
        weight=0.9,
    ),
)
