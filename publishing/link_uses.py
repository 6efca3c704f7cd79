"""Where a page is linked to in other texts, so that whoever removes it knows which links would lead nowhere."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import override
from modeltranslation.settings import AVAILABLE_LANGUAGES

from publishing.generation import get_publishable_models
from publishing.prose import list_prose_names


class Use(NamedTuple):
    """A thing in whose text another is linked to."""

    title: str
    kind: str
    address: str
    """Of its form in the admin."""


def find_uses(thing: Model) -> list[Use]:
    """Return the things whose rich texts link to a thing's page, or to what is below it, such as its file."""
    paths = _list_paths(thing)
    return [use for model in get_publishable_models() for use in _find_in(model, paths, thing)] if paths else []


def _find_in(model: type[Model], paths: set[str], linked: Model) -> Iterator[Use]:
    names = list_prose_names(model)
    links = [f'href="{start}{path}' for path in paths for start in ("", settings.BASE_URL)]
    conditions = [Q(**{f"{name}__contains": link}) for name in names for link in links]
    if not conditions:
        return
    is_linking = conditions[0]
    for condition in conditions[1:]:
        is_linking |= condition
    things: Any = model._default_manager.filter(is_linking).order_by("pk")
    for thing in things.exclude(pk=linked.pk) if isinstance(linked, model) else things:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[thing.pk])
        yield Use(str(thing), str(model._meta.verbose_name), address)


def _list_paths(thing: Model) -> set[str]:
    """Return the paths of a thing's page in each language; none if it has no page of its own."""
    paths = set()
    for language in AVAILABLE_LANGUAGES:
        with override(language):
            path = thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""
        if path and "#" not in path:
            paths.add(path)
    return paths
