"""The search itself: from a question to a page of hits, facets with counts, and a corrected spelling."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import override

from actionplans.models import Theme
from documents.models import Document, MediaType
from documents.models import Language as WrittenIn
from registry.models import Case
from registry.search import find_by_number
from search import spelling
from search.document_pages import find_best_pages
from search.models import Kind, SearchEntry
from search.query_parser import Question
from search.ranking import RANKED_AT_MOST, Part, RankQuery, rank_entries
from search.sources import SOURCES, get_status_label
from search.visibility import find_public_lexemes

HITS_PER_PAGE = 10
"""Ten documents with three pages each still make a light page."""
FACETS = ("kind", "theme", "language", "year", "status")
SORTS = ("relevance", "date")
"""The orders to choose from, the default first."""
FOUR_DIGITS = re.compile("[0-9]{4}")


@dataclass(frozen=True)
class Filters:
    """The visitor's choices: any number in each facet. A theme is its slug."""

    kind: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    status: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.kind, self.theme, self.language, self.year, self.status))


@dataclass(frozen=True)
class Choice:
    """One value of a facet, with its label and how many hits it would give."""

    value: str
    label: str
    count: int
    is_chosen: bool


class PageHit(NamedTuple):
    """A page (or sheet, or slide) of a document that holds the words, with its whole text."""

    number: int
    text: str
    url: str
    media_type: MediaType


class Hit(NamedTuple):
    """One thing that was found. Its excerpt is cut from `entry.text`, all else is read from the thing."""

    entry: SearchEntry
    thing: Any
    url: str
    pages: Sequence[PageHit] = ()
    holding: int = 0
    """How many pages hold all the words. If none does, `pages` hold some of them."""

    @property
    def language(self) -> str:
        """The language of `entry.text`; for a document, `entry.written_in` is that of its file instead."""
        if self.entry.kind != Kind.DOCUMENT:
            return self.entry.written_in
        return "en" if self.entry.language == "en" and self.thing.title_en else "sv"


@dataclass(frozen=True)
class ResultPage:
    """One page of results."""

    hits: Sequence[Hit] = ()
    total: int = 0
    capped: bool = False
    """Whether there are more than can be paged to."""
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    pages: int = 0
    meant: str | None = None
    """The corrected question, where nothing holds all the words."""
    is_sure: bool = False
    """Whether the correction is certain, so that it is used without asking."""
    holds_all: bool = True
    """Whether the hits hold all the words; if nothing does, they hold some of them."""


def find_results(
    question: Question,
    language: str,
    filters: Filters = Filters(),
    sort: str = SORTS[0],
    page: int = 1,
    at: datetime | None = None,
) -> ResultPage:
    """Search what the public may read at a moment (now by default). Addresses are in the active language."""
    if not question:
        return ResultPage(facets={name: [] for name in FACETS})
    at = at or timezone.now()
    question = question.completed()
    themes = {theme.pk: theme for theme in Theme.objects.only("slug", "title")}
    chosen = _chosen(filters, themes)
    words, near, cases = question.tsquery(), question.near_tsqueries(), _cases(question)
    asked = RankQuery(question.text, words, question.any_word(), near, cases, language, at, question.asks_who)
    skip = (min(max(1, page), RANKED_AT_MOST + 1) - 1) * HITS_PER_PAGE
    ranked = rank_entries(asked, chosen, Part(sort, skip, HITS_PER_PAGE))
    meant = None
    if not ranked.total and not filters:
        meant = spelling.find_correction(question, lambda lexemes: find_public_lexemes(lexemes, language, at))
    is_wide = len(question.wanted) > 1 and not any(term.is_phrase for term in question.wanted)
    holds_some = not ranked.total and not (meant and meant.is_sure) and is_wide
    if holds_some:
        terms = [term.expression() for term in question.wanted]
        asked = asked._replace(words=question.any_tsquery(), near=[], terms=terms)
        ranked = rank_entries(asked, chosen, Part(SORTS[0], skip, HITS_PER_PAGE))  # the newest may hold the fewest
    return ResultPage(
        hits=_hits(ranked.entries, question, at),
        total=ranked.total,
        capped=ranked.total > RANKED_AT_MOST,
        facets=_facets(ranked.counts, filters, themes, language),
        pages=-(-min(ranked.total, RANKED_AT_MOST) // HITS_PER_PAGE),
        meant=meant.text if meant else None,
        is_sure=bool(meant and meant.is_sure),
        holds_all=not (holds_some and ranked.total),
    )


def _cases(question: Question) -> list[int]:
    """Return the keys of the cases whose registration numbers are in the question."""
    found = [find_by_number(Case.objects.public(), number) for number in question.numbers]
    return list(reduce(or_, found).values_list("pk", flat=True)) if found else []


def _chosen(filters: Filters, themes: Mapping[int, Theme]) -> dict[str, list[Any]]:
    """Return the filters in the index's terms. A value that no longer exists matches nothing."""
    slugs = {theme.slug: key for key, theme in themes.items()}
    years = [int(year) if FOUR_DIGITS.fullmatch(year) else 0 for year in filters.year]
    return {
        "kind": list(filters.kind),
        "theme": [slugs.get(slug, 0) for slug in filters.theme],
        "language": list(filters.language),
        "year": years,
        "status": list(filters.status),
    }


def _hits(entries: Sequence[int], question: Question, at: datetime) -> list[Hit]:
    """Return the entries as hits, by one query for each kind and two more for documents."""
    rows = SearchEntry.objects.defer("heading").in_bulk(entries)
    things = load_things(rows.values(), at)
    pages = _pages([thing for (kind, _key), thing in things.items() if kind == Kind.DOCUMENT], question)
    hits = []
    for entry in (rows[key] for key in entries if key in rows):
        # It may have been withdrawn since it was found.
        if thing := things.get((entry.kind, entry.object_id)):
            of_document, holding = pages.get(thing.pk, ((), 0)) if entry.kind == Kind.DOCUMENT else ((), 0)
            hits.append(Hit(entry, thing, thing.get_absolute_url(), of_document, holding))
    return hits


def load_things(entries: Iterable[SearchEntry], at: datetime) -> dict[tuple[str, int], Any]:
    """Return the public things that the entries are about, by kind and key: one query for each kind."""
    keys: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        keys[entry.kind].append(entry.object_id)
    return {
        (kind, thing.pk): thing
        for kind, found in keys.items()
        for source in [SOURCES[Kind(kind)]]
        for thing in source.shown(source.published(at).filter(pk__in=found))
    }


def _pages(documents: Sequence[Document], question: Question) -> dict[int, tuple[list[PageHit], int]]:
    """Return each document's best pages, in its public version, and how many pages hold all the words."""
    versions = {document.pk: version for document in documents if (version := document.current_version)}
    if not versions:
        return {}
    found: dict[int, tuple[list[PageHit], int]] = {}
    urls = {document.pk: document.get_file_url() for document in documents}
    keys = [version.pk for version in versions.values()]
    for key, number, text, holding in find_best_pages(keys, question.page_tsquery(), question.any_tsquery()):
        media_type = MediaType(versions[key].media_type)
        url = f"{urls[key]}#page={number}" if media_type == MediaType.PDF else urls[key]
        found.setdefault(key, ([], holding))[0].append(PageHit(number, text, url, media_type))
    return found


def _facets(
    counts: Mapping[str, Mapping[str, int]], filters: Filters, themes: Mapping[int, Theme], language: str
) -> dict[str, list[Choice]]:
    by_slug = {themes[int(key)].slug: count for key, count in counts["theme"].items() if int(key) in themes}
    labels: dict[str, Mapping[str, str | Promise]] = {
        "kind": {kind.value: kind.label for kind in Kind},
        "theme": {theme.slug: theme.title for theme in themes.values()},
        "language": dict(WrittenIn.choices),
        "year": {year: year for year in sorted({*counts["year"], *filters.year}, reverse=True)},
        "status": {
            status: label
            for status in sorted({*counts["status"], *filters.status})
            if (label := get_status_label(status)) is not None
        },
    }
    found = {**counts, "theme": by_slug}
    with override(language):
        return {name: _choices(labels[name], found[name], getattr(filters, name)) for name in FACETS}


def _choices(labels: Mapping[str, str | Promise], counts: Mapping[str, int], chosen: Sequence[str]) -> list[Choice]:
    """Return the values that would give hits or are chosen, in the order of `labels`."""
    return [
        Choice(value, str(label), counts.get(value, 0), value in chosen)
        for value, label in labels.items()
        if counts.get(value) or value in chosen
    ]


__all__ = [
    "FACETS",
    "SORTS",
    "Choice",
    "Filters",
    "Hit",
    "PageHit",
    "ResultPage",
    "find_results",
]
