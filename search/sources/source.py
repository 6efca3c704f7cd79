"""The description of one kind of thing for the index."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from publishing.models import Moment
from search.models import Kind
from search.sources.content import Content


@dataclass(frozen=True)
class Source:
    """A kind of thing: what may be shown, what is indexed, and which changes count."""

    kind: Kind
    model: type[Model]
    published: Callable[[Moment], QuerySet[Any]]
    """The things that the public may see at a moment: the rule of their own pages."""
    indexed: Callable[[], QuerySet[Any]]
    """The things in the index, with all that `content` reads; also those scheduled to be published or withdrawn."""
    content: Callable[[Any, str], Content]
    shown: Callable[[Any], QuerySet[Any]] = lambda things: things
    """Adds what a result card shows."""
    parts: tuple[tuple[type[Model], str], ...] = ()
    """Other tables that its text comes from, and their column with the thing's key."""
    columns: tuple[str, ...] = ()
    """The only columns whose changes count, if others change often; empty for all."""
    touches: Callable[[list[int]], Iterable[tuple[Kind, int]]] = lambda _keys: ()
    """Other things to index again when these change, as an activity has the theme of its plan."""
    states: Callable[[date], Mapping[int, str]] | None = None
    """The status of each thing on a day, if it changes by date alone."""
    statuses: Mapping[str, str | Promise] = field(default_factory=dict)
    weight: float = 1.0
