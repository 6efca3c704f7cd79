"""What a result shows: which kind of thing it is, where it belongs, how it goes, and why it was found."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search import language as words_of
from search.asking import Question
from search.excerpts import Piece, excerpt
from search.finding import Hit, PageHit
from search.models import Kind
from search.sources import status_label

KINDS: Final = {
    Kind.STRATEGY: _("Strategy"),
    Kind.GOAL: _("Goal"),
    Kind.PRIORITY: _("Priority"),
    Kind.PLAN: _("Action plan"),
    Kind.ACTIVITY: _("Activity"),
    Kind.INDICATOR: _("Indicator"),
    Kind.FOLLOWUP: _("Follow-up"),
    Kind.PROGRAMME: _("Funding programme"),
    Kind.CALL: pgettext_lazy("funding", "Call"),
    Kind.DOCUMENT: _("Document"),
    Kind.NEWS: _("News item"),
    Kind.STAFF: _("Contact"),
    Kind.ORGANISATION: _("Organisation"),
    Kind.CASE: _("Case in the public register"),
}
"""What one of each kind is called."""
ABOVE: Final = {
    Kind.GOAL: ("strategy", "title"),
    Kind.PRIORITY: ("goal", "title"),
    Kind.ACTIVITY: ("plan", "title"),
    Kind.CALL: ("programme", "name"),
}
"""What a thing is a part of, and the field that names that."""
SHAPES: Final = {"current": "adopted", "earlier": "closed", "open": "ongoing", "upcoming": "planned"}
"""Statuses that share another's shape."""
PAGE_LENGTH: Final = 160
"""Characters of the excerpt of a page: a document shows three of them."""


class PageRow(NamedTuple):
    """A page of a document that holds the words."""

    number: int
    url: str
    excerpt: list[Piece]


class Row(NamedTuple):
    """One result, as the page shows it."""

    kind: str
    kind_label: str
    title: str
    url: str
    language: str
    """The language of title and excerpt."""
    belongs: str
    above: Model | None
    above_field: str
    thing: Any
    status: str
    status_label: str
    dated: datetime | None
    excerpt: list[Piece]
    pages: list[PageRow]
    pages_language: str
    more_pages: int

    @property
    def above_title(self) -> str:
        """In the page's language, where it has that."""
        return str(getattr(self.above, self.above_field))


def rows(hits: Iterable[Hit], question: Question) -> list[Row]:
    """The results, with the words asked for marked in their excerpts."""
    marks = {language: cache(lambda word, of=language: question.marks(word, of)) for language in ("sv", "en")}
    return [_row(hit, marks) for hit in hits]


def _row(hit: Hit, marks: Mapping[str, Callable[[str], bool]]) -> Row:
    entry, thing = hit.entry, hit.thing
    status = entry.status.partition(":")[2]
    kind = Kind(entry.kind)
    above, above_field = ABOVE.get(kind, ("", ""))
    return Row(
        kind=kind.value,
        kind_label=str(KINDS[kind]),
        title=entry.title,
        url=hit.url,
        language=hit.language,
        belongs=thing.get_kind_display() if kind in (Kind.DOCUMENT, Kind.FOLLOWUP) else "",
        above=getattr(thing, above, None),
        above_field=above_field,
        thing=thing,
        status=SHAPES.get(status, status),
        status_label=str(status_label(entry.status) or ""),
        dated=entry.dated,
        excerpt=excerpt(entry.text, words_of.tokens, marks[hit.language]),
        pages=[_page(page, marks[entry.written_in]) for page in hit.pages],
        pages_language=entry.written_in,
        more_pages=max(hit.holding - len(hit.pages), 0),
    )


def _page(page: PageHit, marks: Callable[[str], bool]) -> PageRow:
    return PageRow(page.number, page.url, excerpt(page.text, words_of.tokens, marks, PAGE_LENGTH))
