"""Strategies, their goals and priorities, and how they are followed up and measured."""

from django.utils.translation import gettext_lazy as _

from followup.models import Correction, FollowUp
from indicators.models import Indicator
from indicators.outcome import Outcome
from publishing.models import Publication
from search.models import Kind
from search.sources.content import Content, Text, get_frozen_text, get_prose, get_text, get_texts, translate_label
from search.sources.source import Source
from strategy.models import Goal, Priority, Strategy

IN_FORCE = {"current": _("In force"), "earlier": _("Earlier")}


def _strategy(thing: Strategy, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "subtitle", "summary"),
        text=[*get_texts(thing, language, "vision", "overall_goal"), *get_prose(thing, language, "body")],
        names=[get_text(thing, "decision_body", language), _number(thing.decision_reference)],
        year=thing.period_start,
        status="strategy:current" if thing.is_current else "strategy:earlier",
        dated=thing.updated_at,
    )


def _goal(thing: Goal, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        names=[_number(thing.code)],
        text=get_prose(thing, language, "body"),
        dated=thing.updated_at,
    )


def _priority(thing: Priority, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language), summary=get_texts(thing, language, "summary"), dated=thing.updated_at
    )


def _indicator(thing: Indicator, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        names=[get_text(thing, "unit", language), _number(thing.kpi), _number(thing.table)],
        text=get_texts(thing, language, "method", "limits", "source_name", "producer"),
        year=thing.latest_year,
        status=f"indicator:{thing.outcome}",
        dated=thing.updated_at,
    )


def _followup(thing: FollowUp, language: str) -> Content:
    """Index the snapshot, which is what the page shows; title and texts are frozen in their columns."""
    goals = (thing.frozen or {}).get("goals", [])
    assessments = [get_frozen_text((goal.get("assessment") or {}).get("text"), language) for goal in goals]
    corrections = [get_text(correction, "text", language) for correction in thing.corrections.all()]
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        names=[get_frozen_text(goal.get("title"), language) for goal in goals],
        text=[*get_prose(thing, language, "body"), *assessments, *corrections],
        labels=[translate_label(FollowUp.Kind(thing.kind).label, language)],
        year=thing.year,
        dated=thing.frozen_at,
    )


def _number(text: str) -> Text:
    """Codes and numbers are the same in every language."""
    return Text(text, "sv")


PUBLISHED = Publication.PUBLISHED
SOURCES = (
    Source(
        kind=Kind.STRATEGY,
        model=Strategy,
        published=Strategy.objects.published,
        indexed=lambda: Strategy.objects.filter(publication=PUBLISHED),
        content=_strategy,
        statuses=IN_FORCE,
        weight=1.3,
    ),
    Source(
        kind=Kind.GOAL,
        model=Goal,
        published=Goal.objects.published,
        indexed=lambda: Goal.objects.filter(publication=PUBLISHED),
        shown=lambda things: things.select_related("strategy"),
        content=_goal,
        weight=1.3,
    ),
    Source(
        kind=Kind.PRIORITY,
        model=Priority,
        published=Priority.objects.published,
        indexed=lambda: Priority.objects.filter(publication=PUBLISHED),
        shown=lambda things: things.select_related("goal"),
        content=_priority,
        weight=1.1,
    ),
    Source(
        kind=Kind.INDICATOR,
        model=Indicator,
        published=Indicator.objects.published,
        indexed=lambda: Indicator.objects.filter(publication=PUBLISHED),
        shown=lambda things: things.without_charts(),
        content=_indicator,
        statuses=dict(Outcome.choices),
        weight=1.1,
    ),
    Source(
        kind=Kind.FOLLOWUP,
        model=FollowUp,
        published=FollowUp.objects.published,
        indexed=lambda: FollowUp.objects.filter(publication=PUBLISHED).prefetch_related("corrections"),
        shown=lambda things: things.defer("frozen"),
        content=_followup,
        parts=((Correction, "followup_id"),),
        weight=1.1,
    ),
)
