"""English that may be out of date, in the admin: what the Swedish has changed since, and that it is right as it is."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publishing.history.comparison import Comparison
from publishing.history.contents import FIELDS, ROWS, Contents, read_contents
from publishing.history.word_diffs import Piece
from publishing.models import StaleText
from publishing.reviews.admin import ReviewsAdmin
from publishing.translations.filters import EnglishFilter
from publishing.translations.staleness import ENGLISH, SWEDISH, list_translated_names


class Stale(NamedTuple):
    """An English text that may be out of date, and what its Swedish has changed since."""

    label: str
    target: str
    pieces: list[Piece]


class TranslationsAdmin(ReviewsAdmin):
    """Tells where the English may be out of date."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_translated"
        view = self.admin_site.admin_view(require_POST(self.translated_view))
        return [path("<path:object_id>/change/translated/", view, name=name), *super().get_urls()]

    def get_list_filter(self, request: HttpRequest) -> Any:
        found = super().get_list_filter(request)
        return [*found, EnglishFilter] if list_translated_names(self.model) else found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            context["stale_texts"] = list_stale_texts(obj, context["adminform"].form)
        return super().render_change_form(request, context, *args, **kwargs)

    def translated_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take it that the English is right as it is."""
        thing = self._get_changeable(request, object_id)
        StaleText.objects.of(thing).delete()
        self.message_user(request, _("Noted: the English is right as it is."), messages.SUCCESS)
        return HttpResponseRedirect(self._address("change", thing.pk))


def list_stale_texts(thing: Model, form: Any) -> list[Stale]:
    """Return the texts that may be out of date in the order of the form, with what their Swedish has changed since."""
    noted = {one.field: one.base.contents for one in StaleText.objects.of(thing).select_related("base")}
    if not noted:
        return []
    now = read_contents(thing)
    comparison = Comparison(thing, [])
    found = []
    for name in form.fields:
        base = noted.get(name.removesuffix(f"_{ENGLISH}")) if name.endswith(f"_{ENGLISH}") else None
        if base is not None:
            swedish = f"{name.removesuffix(ENGLISH)}{SWEDISH}"
            changes = comparison.list_changes(_only(base, swedish), _only(now, swedish))
            found += [Stale(str(form[name].label), form[name].id_for_label, change.pieces) for change in changes]
    return found


def _only(contents: Contents, name: str) -> Contents:
    return {FIELDS: {name: contents[FIELDS].get(name)}, ROWS: {}}
