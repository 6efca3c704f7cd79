"""Keeping what is saved, as revisions that are never changed."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from publishing.authors import describe_author
from publishing.history.contents import read_contents
from publishing.models import Revision
from publishing.translations.staleness import note_stale_texts

NOTHING = "[]"
"""The admin's message that tells of no change."""


def keep_revision(thing: Model, author: User, entry: LogEntry) -> None:
    """Keep what is stored of a thing, and what the admin's log says was done to it, unless nothing was."""
    contents = read_contents(thing)
    latest = Revision.objects.of(thing).first()
    if latest is None or latest.contents != contents or entry.change_message != NOTHING:
        facts = {"author": author, "author_name": describe_author(author), "saved_at": entry.action_time}
        _make(thing, contents, **facts, message=entry.change_message).save()
    if latest is not None:
        note_stale_texts(thing, latest, contents)


def keep_unknown_state(thing: Model) -> None:
    """Keep what is stored of a thing that is about to be changed, if no revision has it: it was saved otherwise."""
    contents = read_contents(thing)
    latest = Revision.objects.of(thing).first()
    if latest is None or latest.contents != contents:
        saved_at = getattr(thing, "updated_at", timezone.now())
        _make(thing, contents, saved_at=max(saved_at, latest.saved_at) if latest else saved_at).save()


def _make(thing: Model, contents: Any, **facts: Any) -> Revision:
    kind = ContentType.objects.get_for_model(thing)
    return Revision(content_type=kind, object_id=thing.pk, contents=contents, **facts)
