"""The change log of public things; entries are shown only while the things are public."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES
from modeltranslation.utils import build_localized_fieldname

from publishing.generation import get_publishable_models
from publishing.models import ChangeNote, Publishable

AT_ONCE = 500


def note_change(
    thing: Publishable,
    *,
    by: str,
    note_sv: str = "",
    note_en: str = "",
    is_minor: bool = False,
    at: datetime | None = None,
) -> ChangeNote:
    """Log a change of something public (by default now), under its present title."""
    note = _make_note(thing, by, {"note_sv": note_sv, "note_en": note_en}, at)
    note.is_minor = is_minor
    note.full_clean(exclude=["content_type"])
    note.save()
    return note


def note_changes(things: Iterable[Publishable], *, by: str, note_sv: str, note_en: str = "") -> None:
    """Log the same change of many public things, in few statements."""
    notes = [_make_note(thing, by, {"note_sv": note_sv, "note_en": note_en}) for thing in things]
    for note in notes:
        note.clean_fields(exclude=["content_type"])
    ChangeNote.objects.bulk_create(notes, batch_size=AT_ONCE)


def _make_note(thing: Publishable, by: str, note: dict[str, str], at: datetime | None = None) -> ChangeNote:
    texts: dict[str, Any] = {f"title_{language}": get_title(thing, language)[:200] for language in AVAILABLE_LANGUAGES}
    kind = ContentType.objects.get_for_model(thing)
    return ChangeNote(content_type=kind, object_id=thing.pk, at=at or timezone.now(), by=by[:160], **texts, **note)


def get_title(thing: Model, language: str) -> str:
    """Return the title of a thing in a language; empty if it has only a Swedish one."""
    for field in ("title", "name"):
        localized = build_localized_fieldname(field, language)
        if hasattr(thing, localized):
            return getattr(thing, localized) or ""
        if hasattr(thing, field):
            return str(getattr(thing, field))
    with override(language):
        return str(thing)


def find_public_notes() -> QuerySet[ChangeNote]:
    """Return the notes on what the public may read now, the newest first, each with its `thing`."""
    is_public = Q(pk__in=[])
    things = []
    for model in get_publishable_models():
        published: Any = model._default_manager.all().published()
        kind = ContentType.objects.get_for_model(model)
        is_public |= Q(content_type=kind, object_id__in=published.order_by().values("pk"))
        wholes = [whole.removesuffix("__") for whole in published.part_of]
        things.append(published.select_related(*wholes) if wholes else published)
    notes = ChangeNote.objects.filter(is_public).select_related("content_type")
    return notes.prefetch_related(GenericPrefetch("thing", things))
