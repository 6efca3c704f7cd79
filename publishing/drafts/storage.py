"""Keeping what is typed into a form: whole, unvalidated, beside what is stored.

A draft is written over only by its author, and only from the window that saved it last or from one that has seen its
latest text. Any other window gets a draft of its own, so that no text is ever lost to another.
"""

import re
from typing import NamedTuple, Self

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.http import QueryDict

from publishing.authors import describe_author
from publishing.form_snapshots import SNAPSHOT
from publishing.models import Draft

OPENED = "_draft"
"""The hidden field with the draft that the form was filled with."""
WINDOW = "_window"
"""The hidden field with the name of the browser's window."""
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
EMPTY_ROW = "-__prefix__-"
"""In the names of the row that the browser copies for a new one."""
TITLES = ("name", "name_sv", "title", "title_sv", "name_en", "title_en")
Posted = dict[str, list[str]]


class Opened(NamedTuple):
    """The draft that a form was filled with, and the number that it had then."""

    pk: int
    number: int

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Return what the hidden field says; None if it is empty or invalid."""
        match = re.fullmatch(r"(\d{1,18})\.(\d{1,9})", text, re.ASCII)
        return cls(int(match[1]), int(match[2])) if match else None


def describe_opened(draft: Draft) -> str:
    """Return the value of the hidden field for a form that shows a draft."""
    return f"{draft.pk}.{draft.number}"


@transaction.atomic
def keep_draft(data: QueryDict, model: type[Model], thing: Model | None, author: User) -> Draft:
    """Store what was typed in the draft that the form shows, or in a new one."""
    new, window = make_draft(data, model, thing, author), data.get(WINDOW, "")[:40]
    draft = _find_opened(data, new, window) or new
    if draft is not new:
        if draft.posted == new.posted:
            return draft
        draft.number += 1
        draft.posted, draft.title, draft.saved_at = new.posted, new.title, new.saved_at
    draft.window, draft.failure = window, ""
    draft.save()
    return draft


def make_draft(data: QueryDict, model: type[Model], thing: Model | None, author: User) -> Draft:
    """Return a draft of what was typed that is not stored."""
    posted = read_typed(data)
    return Draft(
        content_type=ContentType.objects.get_for_model(model),
        object_id=thing.pk if thing else None,
        title=find_typed_title(posted) or (str(thing)[:200] if thing else ""),
        posted=posted,
        author=author,
        author_name=describe_author(author),
    )


def read_typed(data: QueryDict) -> Posted:
    """Return the values of the form's fields, and what it was filled with, without its buttons."""
    return {
        name: [value for value in values if isinstance(value, str)]
        for name, values in data.lists()
        if name == SNAPSHOT or not (name.startswith("_") or name == TOKEN or EMPTY_ROW in name)
    }


def find_typed_title(posted: Posted) -> str:
    typed = (" ".join(posted.get(name, [""])[-1:]).strip() for name in TITLES)
    return next(filter(None, typed), "")[:200]


def drop_saved_draft(data: QueryDict, thing: Model, user: User) -> None:
    """Delete the draft whose text has been saved with the form, unless something else was typed into it meanwhile."""
    opened = Opened.from_text(data.get(OPENED, ""))
    if opened is None:
        return
    kind = ContentType.objects.get_for_model(thing)
    is_of_thing = Q(object_id=thing.pk) | Q(object_id=None, author=user)
    is_as_sent = Q(number=opened.number)
    if window := data.get(WINDOW, ""):
        is_as_sent |= Q(author=user, window=window)
    Draft.objects.in_writing().filter(is_of_thing, is_as_sent, pk=opened.pk, content_type=kind).delete()


def _find_opened(data: QueryDict, new: Draft, window: str) -> Draft | None:
    """Return the author's draft that the form shows, locked; None if the `new` one must not be written over it."""
    opened = Opened.from_text(data.get(OPENED, ""))
    if opened is None:
        return None
    of_thing = Draft.objects.filter(content_type=new.content_type, object_id=new.object_id, discarded_at=None)
    own = of_thing.filter(author=new.author, publish_at=None).select_for_update(of=("self",))
    draft = own.filter(pk=opened.pk).first()
    if draft is None:
        return None
    is_latest = draft.number == opened.number or (window != "" and draft.window == window)
    return draft if is_latest or draft.posted == new.posted else None
