"""The results as the page shows them: kind, parent, status, and an excerpt that shows why each was found."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter, methodcaller
from typing import Any, Final, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from documents.models import MediaType
from language.words import tokenize
from language.words.lexicon import LANGUAGES
from search.excerpts import Marks, Piece, cut_excerpt, mark_text
from search.models import Kind
from search.query_parser import Question
from search.service import Hit, PageHit
from search.sources import get_status_label
from search.sources.content import NAMES_FOLLOW

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
"""The singular name of each kind."""
ABOVE: Final = {
    Kind.GOAL: ("strategy", "title"),
    Kind.PRIORITY: ("goal", "title"),
    Kind.ACTIVITY: ("plan", "title"),
    Kind.CALL: ("programme", "name"),
}
"""The parent of each kind, and the parent's field with its name."""
CLOSER: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.FOLLOWUP: methodcaller("get_kind_display"),
    Kind.DOCUMENT: methodcaller("get_kind_display"),
    Kind.CASE: attrgetter("registration_number"),
}
"""A more exact name than the kind's."""
PAGES: Final = {
    MediaType.PDF: _("Page %(number)d"),
    MediaType.PPTX: _("Slide %(number)d"),
    MediaType.XLSX: _("Sheet %(number)d"),
}
"""The name of a page in each format that has pages."""
DATES: Final = {
    **dict.fromkeys((Kind.FOLLOWUP, Kind.DOCUMENT, Kind.NEWS), pgettext_lazy("date", "Published")),
    Kind.CASE: _("Registered"),
}
"""The meaning of a thing's date, if that is not its last change."""
SHAPES: Final = {"current": "adopted", "earlier": "closed", "open": "ongoing", "upcoming": "planned"}
"""Statuses that use the mark of another."""
PAGE_LENGTH: Final = 160
"""Characters of the excerpt of a page (a document shows three) and of names."""


class PageCard(NamedTuple):
    """A page of a document that holds the words."""

    label: str
    url: str
    excerpt: list[Piece]


class ResultCard(NamedTuple):
    """One result, as the page shows it."""

    kind: str
    kicker: list[Piece]
    """The kind, with a more exact one or a case's number where there is one."""
    title: str
    heading: list[Piece]
    """The title, with the matches marked."""
    url: str
    language: str
    """The language of title and excerpt."""
    above: Model | None
    above_field: str
    thing: Any
    status: str
    status_label: str
    dated: datetime | None
    date_label: str
    excerpt: list[Piece]
    names: list[Piece]
    """Names that it was found by, if nothing else on the card holds these words."""
    pages: list[PageCard]
    pages_language: str
    more_pages: str
    """A text saying how many more pages hold the words."""

    @property
    def above_title(self) -> str:
        """The parent's name in the page's language, if it is translated."""
        return str(getattr(self.above, self.above_field))


def make_cards(hits: Iterable[Hit], question: Question) -> list[ResultCard]:
    """Return the hits as cards, with the matches marked."""
    marks = {language: cache(lambda word, of=language: question.marks(word, of)) for language in LANGUAGES}
    return [_row(hit, marks) for hit in hits]


def _row(hit: Hit, marks: Mapping[str, Marks]) -> ResultCard:
    entry, thing = hit.entry, hit.thing
    status = entry.status.partition(":")[2]
    kind = Kind(entry.kind)
    above, above_field = ABOVE.get(kind, ("", ""))
    told, _gap, names = entry.text.partition(NAMES_FOLLOW)
    kicker = mark_text(_kicker(kind, thing), tokenize, marks[entry.language])
    heading = mark_text(entry.title, tokenize, marks[hit.language])
    excerpted = cut_excerpt(told, tokenize, marks[hit.language])
    return ResultCard(
        kind=kind.value,
        kicker=kicker,
        title=entry.title,
        heading=heading,
        url=hit.url,
        language=hit.language,
        above=getattr(thing, above, None),
        above_field=above_field,
        thing=thing,
        status=SHAPES.get(status, status),
        status_label=str(get_status_label(entry.status) or ""),
        dated=entry.dated,
        date_label=str(DATES.get(kind, _("Last changed"))),
        excerpt=excerpted,
        names=_names(names, marks[hit.language], beside=kicker + heading + excerpted),
        pages=[_page(page, marks[entry.written_in]) for page in hit.pages],
        pages_language=entry.written_in,
        more_pages=_more(hit),
    )


def _kicker(kind: Kind, thing: Any) -> str:
    return " · ".join([str(KINDS[kind]), *(str(closer(thing)) for closer in [CLOSER.get(kind)] if closer)])


def _names(names: str, marks: Marks, beside: Iterable[Piece]) -> list[Piece]:
    """Return the names, if they hold matches that are marked nowhere else."""
    pieces = cut_excerpt(names, tokenize, marks, PAGE_LENGTH)
    return pieces if _marked(pieces) - _marked(beside) else []


def _marked(pieces: Iterable[Piece]) -> set[str]:
    return {piece.text.lower() for piece in pieces if piece.is_marked}


def _page(page: PageHit, marks: Marks) -> PageCard:
    label = PAGES.get(page.media_type, _("In the file")) % {"number": page.number}
    return PageCard(label, page.url, cut_excerpt(page.text, tokenize, marks, PAGE_LENGTH))


def _more(hit: Hit) -> str:
    """Return how many more pages hold the words. A Word file never has more: its text is one page."""
    left = hit.holding - len(hit.pages)
    if left <= 0 or not hit.pages:
        return ""
    match hit.pages[0].media_type:
        case MediaType.XLSX:
            words = ngettext("and on %(number)d more sheet", "and on %(number)d more sheets", left)
        case MediaType.PPTX:
            words = ngettext("and on %(number)d more slide", "and on %(number)d more slides", left)
        case _:
            words = ngettext("and on %(number)d more page", "and on %(number)d more pages", left)
    return words % {"number": left}
