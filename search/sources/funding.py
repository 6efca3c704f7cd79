"""Funding programmes and their calls."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import override

from funding.models import APPLICANTS, Call, CallState, FundingProgramme
from publishing.models import Publication
from search.models import Kind
from search.sources.content import Content, Text, get_prose, get_text, get_texts
from search.sources.source import Source


def _programme(thing: FundingProgramme, language: str) -> Content:
    with override(language):
        words = [str(FundingProgramme.Fund(thing.fund).label)]
        words += [str(words) for kind, words in APPLICANTS.items() if kind in thing.applicants]
    return Content(
        title=get_text(thing, "name", language),
        summary=get_texts(thing, language, "summary"),
        names=[Text(word, language) for word in words],
        text=[*get_prose(thing, language, "body"), *get_texts(thing, language, "authority", "geography")],
        themes=[theme.pk for theme in thing.themes.all()],
        year=thing.period_start,
        dated=thing.updated_at,
    )


def _call(thing: Call, language: str) -> Content:
    return Content(
        title=get_text(thing, "title", language),
        summary=get_texts(thing, language, "summary"),
        themes=[theme.pk for theme in thing.programme.themes.all()],
        year=thing.opens_on.year,
        status=f"call:{thing.state()}",
        dated=thing.updated_at,
    )


def _of_programmes(keys: list[int]) -> Iterable[tuple[Kind, int]]:
    """A call has the themes of its programme."""
    for key in Call.objects.filter(programme__in=keys).order_by().values_list("pk", flat=True):
        yield Kind.CALL, key


def _states(day: date) -> Mapping[int, str]:
    indexed = Call.objects.filter(publication=Publication.PUBLISHED).only("opens_on", "closes_on")
    return {call.pk: f"call:{call.state(day)}" for call in indexed}


SOURCES = (
    Source(
        kind=Kind.PROGRAMME,
        model=FundingProgramme,
        published=FundingProgramme.objects.published,
        indexed=lambda: FundingProgramme.objects.filter(publication=Publication.PUBLISHED).prefetch_related("themes"),
        content=_programme,
        parts=((FundingProgramme.themes.through, "fundingprogramme_id"),),
        touches=_of_programmes,
        weight=1.1,
    ),
    Source(
        kind=Kind.CALL,
        model=Call,
        published=Call.objects.published,
        indexed=lambda: Call.objects.filter(publication=Publication.PUBLISHED).prefetch_related("programme__themes"),
        shown=lambda things: things.select_related("programme"),
        content=_call,
        states=_states,
        statuses=dict(CallState.choices),
    ),
)
