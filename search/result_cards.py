"""What a result shows: which kind of thing it is, where it belongs, how it goes, and why it was found."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter, methodcaller
from typing import Any, Final, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from documents.models import MediaType
from search import language as words_of
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
"""What one of each kind is called."""
ABOVE: Final = {
    Kind.GOAL: ("strategy", "title"),
    Kind.PRIORITY: ("goal", "title"),
    Kind.ACTIVITY: ("plan", "title"),
    Kind.CALL: ("programme", "name"),
}
"""What a thing is a part of, and the field that names that."""
CLOSER: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.FOLLOWUP: methodcaller("get_kind_display"),
    Kind.DOCUMENT: methodcaller("get_kind_display"),
    Kind.CASE: attrgetter("registration_number"),
}
"""What tells more of a thing than its kind does."""
PAGES: Final = {
    MediaType.PDF: _("Page %(number)d"),
    MediaType.PPTX: _("Slide %(number)d"),
    MediaType.XLSX: _("Sheet %(number)d"),
}
"""What a page is called in a format that has pages."""
DATES: Final = {
    **dict.fromkeys((Kind.FOLLOWUP, Kind.DOCUMENT, Kind.NEWS), pgettext_lazy("date", "Published")),
    Kind.CASE: _("Registered"),
}
"""What happened on the date of a thing, where that is not its last change."""
SHAPES: Final = {"current": "adopted", "earlier": "closed", "open": "ongoing", "upcoming": "planned"}
"""Statuses that share another's shape."""
PAGE_LENGTH: Final = 160
"""Characters of the excerpt of a page, of which a document shows three, and of names."""


class PageCard(NamedTuple):
    """A page of a document that holds the words."""

    label: str
    url: str
    excerpt: list[Piece]


class ResultCard(NamedTuple):
    """One result, as the page shows it."""

    kind: str
    kicker: list[Piece]
    """Which kind of thing it is, closer still where there are kinds of the kind, and the number of a case."""
    title: str
    heading: list[Piece]
    """The title, with the words asked for marked."""
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
    """Names that it was found by, where nothing else in the row holds these words."""
    pages: list[PageCard]
    pages_language: str
    more_pages: str
    """How many more pages hold the words, in words."""

    @property
    def above_title(self) -> str:
        """In the page's language, where it has that."""
        return str(getattr(self.above, self.above_field))


def make_cards(hits: Iterable[Hit], question: Question) -> list[ResultCard]:
    """The results, with the words asked for marked."""
    marks = {language: cache(lambda word, of=language: question.marks(word, of)) for language in ("sv", "en")}
    return [_row(hit, marks) for hit in hits]


def _row(hit: Hit, marks: Mapping[str, Marks]) -> ResultCard:
    entry, thing = hit.entry, hit.thing
    status = entry.status.partition(":")[2]
    kind = Kind(entry.kind)
    above, above_field = ABOVE.get(kind, ("", ""))
    told, _gap, names = entry.text.partition(NAMES_FOLLOW)
    kicker = mark_text(_kicker(kind, thing), words_of.tokenize, marks[entry.language])
    heading = mark_text(entry.title, words_of.tokenize, marks[hit.language])
    excerpted = cut_excerpt(told, words_of.tokenize, marks[hit.language])
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
    """The names, if words are marked in them that are marked nowhere else."""
    pieces = cut_excerpt(names, words_of.tokenize, marks, PAGE_LENGTH)
    return pieces if _marked(pieces) - _marked(beside) else []


def _marked(pieces: Iterable[Piece]) -> set[str]:
    return {piece.text.lower() for piece in pieces if piece.is_marked}


def _page(page: PageHit, marks: Marks) -> PageCard:
    label = PAGES.get(page.media_type, _("In the file")) % {"number": page.number}
    return PageCard(label, page.url, cut_excerpt(page.text, words_of.tokenize, marks, PAGE_LENGTH))


def _more(hit: Hit) -> str:
    """As of a Word file, whose text is kept as a single page, there never are."""
    left = hit.holding - len(hit.pages)
    if left <= 0 or not hit.pages:
        return ""
    match hit.pages[0].media_type:
        case MediaType.XLSX:
            words = ngettext("and on %(number)d sheet more", "and on %(number)d sheets more", left)
        case MediaType.PPTX:
            words = ngettext("and on %(number)d slide more", "and on %(number)d slides more", left)
        case _:
            words = ngettext("and on %(number)d page more", "and on %(number)d pages more", left)
    return words % {"number": left}
