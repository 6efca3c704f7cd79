"""Which English texts may be out of date: judged whenever a revision is kept, from what it has changed."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from modeltranslation.translator import NotRegistered, translator

from publishing.fingerprints import digest_value
from publishing.history.contents import FIELDS, Contents
from publishing.models import Revision, StaleText

SWEDISH, ENGLISH = "sv", "en"


def list_translated_names(model: type[Model]) -> list[str]:
    """Return the names of the fields that have a text in each language."""
    try:
        return list(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return []


def note_stale_texts(thing: Model, before: Revision, after: Contents) -> None:
    """Note the texts that a change has left behind, and forget those that are in step again."""
    noted = {one.field: one for one in StaleText.objects.of(thing).select_related("base")}
    stale: list[StaleText] = []
    fresh: list[int] = []
    for name in list_translated_names(type(thing)):
        known = noted.get(name)
        if known is not None:
            is_translated = _has_changed(before.contents, after, name, ENGLISH)
            if is_translated or not _has_changed(known.base.contents, after, name, SWEDISH):
                fresh.append(known.pk)
        elif _is_left_behind(before.contents, after, name):
            kind = ContentType.objects.get_for_model(thing)
            stale.append(StaleText(content_type=kind, object_id=thing.pk, field=name, base=before))
    StaleText.objects.filter(pk__in=fresh).delete()
    StaleText.objects.bulk_create(stale, ignore_conflicts=True)


def _is_left_behind(before: Contents, after: Contents, name: str) -> bool:
    """Whether the Swedish has been changed and the English, which there is, has not."""
    has_english = bool(after[FIELDS].get(f"{name}_{ENGLISH}"))
    is_translated = has_english and not _has_changed(before, after, name, ENGLISH)
    return is_translated and _has_changed(before, after, name, SWEDISH)


def _has_changed(before: Contents, after: Contents, name: str, language: str) -> bool:
    old, new = (digest_value(contents[FIELDS].get(f"{name}_{language}")) for contents in (before, after))
    return old != new
