"""Finding published things by their address, old addresses included."""

from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404

from publishing.models import FormerSlug

M = TypeVar("M", bound=models.Model)


class MovedError(Exception):
    """The address holds a former slug, in the named part of it."""

    def __init__(self, part: str, slug: str) -> None:
        super().__init__(part, slug)
        self.part, self.slug = part, slug


def get_published(queryset: models.QuerySet[M], slug: str, *, part: str = "slug") -> M:
    """The one with that slug, among what the queryset lets the public see.

    `part` is what the URL pattern calls the slug. Raises `MovedError` where the slug is a former one of something
    in the queryset, `Http404` otherwise.
    """
    found = queryset.filter(slug=slug).first()
    if found is not None:
        return found
    former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(queryset.model), slug=slug)
    moved = queryset.filter(pk__in=former.values("object_id")).first()
    if moved is None:
        raise Http404
    raise MovedError(part, moved.slug)  # type: ignore[attr-defined]
