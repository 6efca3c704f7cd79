"""Finding published things by slug, also by former ones, and the page of the change log."""

from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from publishing.changes import find_public_notes
from publishing.forms.changes import ChangeFilter
from publishing.models import FormerSlug

CHANGES_PER_PAGE = 30
M = TypeVar("M", bound=models.Model)


class MovedError(Exception):
    """The address has a former slug, in the named part."""

    def __init__(self, part: str, slug: str) -> None:
        super().__init__(part, slug)
        self.part, self.slug = part, slug


def get_published(queryset: models.QuerySet[M], slug: str, *, part: str = "slug") -> M:
    """Return the object with that slug, in a queryset of what the public may see.

    `part` is the slug's name in the URL pattern. Raise `MovedError` if the slug is a former one of something in the
    queryset, otherwise `Http404`.
    """
    found = queryset.filter(slug=slug).first()
    if found is not None:
        return found
    former = FormerSlug.objects.filter(content_type=ContentType.objects.get_for_model(queryset.model), slug=slug)
    moved = queryset.filter(pk__in=former.values("object_id")).first()
    if moved is None:
        raise Http404
    raise MovedError(part, moved.slug)  # type: ignore[attr-defined]


def changes(request: HttpRequest) -> HttpResponse:
    """List the changes of what the public may read, the newest first."""
    form = ChangeFilter(request.GET)
    kind = form.get_kind()
    notes = find_public_notes()
    found = notes.filter(content_type__model=kind) if kind else notes
    page = Paginator(found, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "narrowed": bool(kind),
        "page": page,
        "page_updated": max((note.at for note in page), default=None),
    }
    return render(request, "publishing/changes.html", context)
