"""When the public sees something, also in words: by its own times, and by those of what it is a part of."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.models import Publication, Publishable, PublishableQuerySet
from publishing.moments import describe_day, describe_moment, is_midnight

A_MINUTE = timedelta(minutes=1)
UNPUBLISHED = {
    Publication.DRAFT: gettext_lazy("is a draft, and the public cannot see it"),
    Publication.REVIEW: gettext_lazy("is in review, and the public cannot see it yet"),
    Publication.ARCHIVED: gettext_lazy("has been withdrawn, and the public cannot see it"),
}


class State(StrEnum):
    """Whether the public sees something; the values are the status marks in the style sheets."""

    UNPUBLISHED = "draft"
    SHOWN = "published"
    SCHEDULED = "planned"
    WAITING = "paused"
    ENDED = "closed"


class Showing(NamedTuple):
    """Whether the public sees a thing at a moment, from when and until when, and the `whole` that decides it."""

    state: State
    start: datetime | None = None
    end: datetime | None = None
    whole: Publishable | None = None


def find_showing(thing: Publishable, at: datetime | None = None) -> Showing:
    """Return whether the public sees a thing at a moment, by default now."""
    at = at or timezone.now()
    if thing.publication != Publication.PUBLISHED:
        return Showing(State.UNPUBLISHED)
    wholes = find_wholes(thing)
    if whole := next((one for one in wholes if one.publication != Publication.PUBLISHED), None):
        return Showing(State.WAITING, whole=whole)
    parts = [thing, *wholes]
    last = max(parts, key=lambda one: one.publish_from or at)
    first_over = min((one for one in parts if one.publish_until), key=lambda one: one.publish_until or at, default=None)
    start, end = last.publish_from or at, first_over.publish_until if first_over else None
    if end is not None and (end <= at or end <= start):
        return Showing(State.ENDED, start, end, None if first_over is thing else first_over)
    if start > at:
        return Showing(State.SCHEDULED, start, end, None if last is thing else last)
    return Showing(State.SHOWN, start, end)


def is_shown(thing: Publishable, at: datetime | None = None) -> bool:
    """Mirror of `PublishableQuerySet.published` for one thing, including what it is a part of."""
    return find_showing(thing, at).state == State.SHOWN


def find_wholes(thing: Publishable) -> list[Publishable]:
    """Return what a thing is a part of, the nearest first, in at most one query."""
    wholes = []
    paths = list_paths_to_wholes(type(thing))
    if paths:
        _fetch(thing, *paths[-1].split("__"))
    for path in paths:
        whole: Any = thing
        for name in path.split("__"):
            whole = getattr(whole, name)
        wholes.append(cast("Publishable", whole))
    return wholes


def _fetch(thing: Publishable, nearest: str, *farther: str) -> None:
    field: Any = thing._meta.get_field(nearest)
    if farther and not field.is_cached(thing):
        wholes = field.related_model._default_manager.select_related("__".join(farther))
        setattr(thing, nearest, wholes.get(pk=getattr(thing, field.attname)))


def list_paths_to_wholes(model: type[Publishable]) -> list[str]:
    """Return the relations from a model to what its things are parts of, as in `plan` and `plan__strategy`."""
    things = cast("PublishableQuerySet[Any]", model._default_manager.all())
    return [path.removesuffix("__") for path in things.part_of]


def describe_showing(thing: Publishable, at: datetime | None = None, *, with_year: bool = False) -> str:
    """Return when the public sees a thing, as words after “it”: “is shown from 24 December at 08:00”."""
    showing = find_showing(thing, at)
    if showing.state == State.UNPUBLISHED:
        return str(UNPUBLISHED[Publication(thing.publication)])
    if showing.state == State.WAITING:
        return _describe_waiting(cast("Publishable", showing.whole))
    if showing.state == State.ENDED:
        return _describe_end(showing, at or timezone.now(), with_year=with_year)
    until = _until(showing.end, with_year=with_year) if showing.end else ""
    if showing.state == State.SHOWN:
        return _("is shown %(until)s") % {"until": until} if until else _("is public")
    facts = {"start": describe_moment(cast("datetime", showing.start), with_year=with_year), "until": until}
    words = _("is shown from %(start)s %(until)s") % facts if until else _("is shown from %(start)s") % facts
    if showing.whole is None:
        return words
    return _("%(words)s, when %(whole)s becomes public") % {"words": words, "whole": showing.whole.definite_name}


def describe_as_sentence(thing: Publishable, at: datetime | None = None) -> str:
    """Return when the public sees a thing, as a sentence."""
    return _("It %(words)s.") % {"words": describe_showing(thing, at)}


def _describe_waiting(whole: Publishable) -> str:
    facts = {"whole": whole.definite_name}
    if whole.publication == Publication.ARCHIVED:
        return _("is not shown, because %(whole)s has been withdrawn") % facts
    return _("is not shown until %(whole)s is published") % facts


def _describe_end(showing: Showing, at: datetime, *, with_year: bool) -> str:
    end = cast("datetime", showing.end)
    facts = {"until": _until(end, with_year=with_year), "whole": showing.whole and showing.whole.definite_name}
    if end > at or cast("datetime", showing.start) >= end:
        return _("is never shown, because it and the page it belongs to are not public at the same time")
    if showing.whole is None:
        return _("was shown %(until)s") % facts
    return _("is not shown, because %(whole)s was shown %(until)s") % facts


def _until(end: datetime, *, with_year: bool) -> str:
    """Return the end of a period in words; at midnight, as the last whole day."""
    if is_midnight(end):
        return _("up to and including %(day)s") % {"day": describe_day(end - A_MINUTE, with_year=with_year)}
    return _("until %(moment)s") % {"moment": describe_moment(end, with_year=with_year)}
