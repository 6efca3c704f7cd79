"""How one kind of thing reaches the index."""

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
    """One kind of thing: what may be shown of it, what is indexed, and what a change of it is."""

    kind: Kind
    model: type[Model]
    published: Callable[[Moment], QuerySet[Any]]
    """What the public may see at a moment: the rule of the thing's own pages."""
    indexed: Callable[[], QuerySet[Any]]
    """What is in the index, with what `content` reads: also what the clock will publish, or has withdrawn."""
    content: Callable[[Any, str], Content]
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda things: things
    """Adds what a row of the list shows."""
    parts: tuple[tuple[type[Model], str], ...] = ()
    """Tables that its text is made of as well, and their column that holds its key."""
    columns: tuple[str, ...] = ()
    """The columns that are all the index holds of it, where changes of others are many."""
    touches: Callable[[list[int]], Iterable[tuple[Kind, int]]] = lambda _keys: ()
    """Other things that show something of these, as an activity has the theme of its plan."""
    states: Callable[[date], Mapping[int, str]] | None = None
    """The status of each thing where it follows from the day, and so changes without anyone's doing."""
    statuses: Mapping[str, str | Promise] = field(default_factory=dict)
    weight: float = 1.0
