"""Everything that can be found, kind by kind: to make another kind of thing findable, describe it here.

Scheduled publication must not wait for the index. So whatever is published by itself is a kind of its own (priorities,
calls), and an entry never holds a text whose publication depends on another thing: an activity's contributions are
shown with their goals, and therefore not indexed with the activity.
"""

from dataclasses import replace
from typing import Any

from django.utils.functional import Promise

from search.models import Kind
from search.sources import funding, others, plans, strategy
from search.sources.content import Content, Text, translate_label
from search.sources.source import Source


def _labelled(source: Source) -> Source:
    """Return the source with labels added: each thing's kind, as in the menu, and its status."""

    def content(thing: Any, language: str) -> Content:
        said = source.content(thing, language)
        called = [source.kind.label, source.statuses.get(said.status.partition(":")[2], "")]
        return replace(said, labels=[*said.labels, *(translate_label(words, language) for words in called if words)])

    return replace(source, content=content)


SOURCES: dict[Kind, Source] = {
    source.kind: _labelled(source) for source in (*strategy.SOURCES, *plans.SOURCES, *funding.SOURCES, *others.SOURCES)
}


def get_status_label(status: str) -> str | Promise | None:
    """Return the label of a status as the index holds it (`activity:late`); None if there is none."""
    kind, _colon, value = status.partition(":")
    return SOURCES[Kind(kind)].statuses.get(value) if kind in SOURCES else None


__all__ = ["SOURCES", "Content", "Source", "Text", "get_status_label"]
