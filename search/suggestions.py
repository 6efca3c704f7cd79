"""Suggestions while the visitor types: titles with words that begin as typed."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db.models import Func, Q, Value
from django.db.models.functions import Length, Lower
from django.utils import timezone

from search.functions import Headed, Matches, StartsWith
from search.models import Kind
from search.query_parser import Question
from search.result_cards import KINDS
from search.service import Hit, load_things
from search.visibility import find_visible_entries

LETTERS_AT_LEAST: Final = 2
AT_MOST: Final = 8


class Suggestion(NamedTuple):
    """A title that links straight to its page."""

    title: str
    kind: str
    url: str
    lang: str


def suggest_titles(text: str, language: str, kinds: Sequence[str] = ()) -> list[Suggestion]:
    """Return at most eight visible titles of any of the kinds, those that begin as typed first."""
    question = Question.parse(text).with_prefix().completed()
    if len(question.text) < LETTERS_AT_LEAST or not question:
        return []
    words = Value(question.tsquery())
    title = Func("heading", Value("{a}"), function="ts_filter")
    begins = StartsWith(Lower("title"), Lower(Value(question.text)))
    found = (
        find_visible_entries(language)
        .filter(Matches(title, words), *([Q(kind__in=kinds)] if kinds else []), pk__in=Headed(words, Value(language)))
        .order_by(begins.desc(), "-weight", Length("title"), "title", "pk")
    )
    return _suggestions(found.defer("text", "heading")[:AT_MOST])


def _suggestions(entries: Any) -> list[Suggestion]:
    """Return the entries as suggestions, by one query for each kind, which checks once more that it is public."""
    things = load_things(entries, timezone.now())
    hits = (
        Hit(entry, thing, thing.get_absolute_url())
        for entry in entries
        if (thing := things.get((entry.kind, entry.object_id)))
    )
    return [Suggestion(hit.entry.title, str(KINDS[Kind(hit.entry.kind)]), hit.url, hit.language) for hit in hits]
