"""One search over all that somebody works with in the admin, whatever kind it is of."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from language.characters import normalize_text
from publishing.admin import TranslatedAdmin

OF_EACH_KIND = 5
LONGEST_QUESTION = 200


class Found(NamedTuple):
    """What was found of one kind: the first few, and the list that shows all."""

    kind: str
    things: list[tuple[str, str]]
    list_url: str
    has_more: bool


def show_content_search(request: HttpRequest) -> HttpResponse:
    """Search the lists of texts that the user may open, each as its own list does."""
    kinds = [one for one in admin.site._registry.values() if isinstance(one, TranslatedAdmin)]  # noqa: SLF001
    searched = [one for one in kinds if one.search_fields and one.has_view_or_change_permission(request)]
    if not searched:
        raise PermissionDenied
    question = normalize_text(request.GET.get("q", ""))[:LONGEST_QUESTION].strip()
    results = [_search_kind(request, one, question) for one in searched] if question else []
    context = {
        **admin.site.each_context(request),
        "title": _("Search the content"),
        "question": question,
        "results": [found for found in results if found.things],
    }
    return TemplateResponse(request, "admin/content_search.html", context)


def _search_kind(request: HttpRequest, model_admin: Any, question: str) -> Found:
    queryset = model_admin.get_queryset(request)
    found, may_repeat = model_admin.get_search_results(request, queryset, question)
    things = list((found.distinct() if may_repeat else found)[: OF_EACH_KIND + 1])
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    shown = [(str(thing), reverse(f"{name}_change", args=[thing.pk])) for thing in things[:OF_EACH_KIND]]
    kind = capfirst(str(model_admin.opts.verbose_name_plural))
    return Found(kind, shown, reverse(f"{name}_changelist"), len(things) > OF_EACH_KIND)
