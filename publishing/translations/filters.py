"""The filter of the admin's lists by how things stand in English."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from publishing.models import StaleText
from publishing.translations.staleness import ENGLISH, SWEDISH, list_translated_names

MISSING, STALE, DONE = "missing", "stale", "done"


def lacks_english(model: type[Model]) -> Q:
    """Return a condition for things with a text in Swedish that is not there in English."""
    lacking = Q(pk__in=())
    for name in list_translated_names(model):
        is_empty = Q(**{f"{name}_{ENGLISH}": ""}) | Q(**{f"{name}_{ENGLISH}": None})
        lacking |= is_empty & ~Q(**{f"{name}_{SWEDISH}": ""}) & ~Q(**{f"{name}_{SWEDISH}": None})
    return lacking


def has_stale_english(model: type[Model]) -> Exists:
    """Return a condition for things with a text whose Swedish has been changed since."""
    kind = ContentType.objects.get_for_model(model)
    return Exists(StaleText.objects.filter(content_type=kind, object_id=OuterRef("pk")))


class EnglishFilter(admin.SimpleListFilter):
    """What lacks English, and where it may be out of date."""

    title = _("English")
    parameter_name = "english"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        return [(MISSING, _("something is missing")), (STALE, _("may be out of date")), (DONE, _("complete"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        missing, stale = lacks_english(queryset.model), has_stale_english(queryset.model)
        conditions: dict[str | None, Any] = {MISSING: missing, STALE: stale, DONE: ~missing & ~Q(stale)}
        condition = conditions.get(self.value())
        return queryset if condition is None else queryset.filter(condition)
