"""Facets and sort order of the list of documents."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from documents.models import Document, DocumentQuerySet, Kind, Language, MediaType

FACETS = {"kind": "kind", "language": "language", "format": "media_type", "year": "decided_in"}
"""The facets, and the column of each."""
ORDERS = {"": ("kind", "title"), "title": ("title",), "date": ("-added_at", "title")}


class Choice(NamedTuple):
    """One checkbox, with the number of documents that it would match."""

    value: str
    label: str
    count: int  # type: ignore[assignment]
    is_chosen: bool


class Facet(NamedTuple):
    """A group of checkboxes."""

    name: str
    legend: str
    choices: list[Choice]


class DocumentFilter(forms.Form):
    """The visitor's filter of the list. An unknown value filters nothing."""

    kind = forms.MultipleChoiceField(label=_("Kind"), choices=Kind, required=False)
    language = forms.MultipleChoiceField(label=_("Language of the text"), choices=Language, required=False)
    format = forms.TypedMultipleChoiceField(
        label=_("Format"),
        choices=[(media_type.suffix, media_type.label) for media_type in MediaType],
        coerce=lambda suffix: MediaType[suffix.upper()],
        required=False,
    )
    year = forms.TypedMultipleChoiceField(label=_("Decided in"), coerce=int, required=False)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[("", _("Kind")), ("title", _("Title")), ("date", _("Newest file first"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Document.objects.published().exclude(decided_on=None).dates("decided_on", "year", "DESC")
        self.fields["year"].choices = [(day.year, str(day.year)) for day in years]  # type: ignore[attr-defined]

    @property
    def is_narrowing(self) -> bool:
        return any(self.cleaned_data.get(name) for name in FACETS)

    def narrow(self, documents: DocumentQuerySet) -> DocumentQuerySet:
        """Return the documents that match, in the chosen order."""
        self.full_clean()
        return self._narrowed(documents, FACETS).order_by(*ORDERS[self.cleaned_data.get("sort") or ""], "pk")

    def facets(self, documents: DocumentQuerySet) -> list[Facet]:
        """Return each facet with the values that occur; one query for each."""
        found = [Facet(name, str(self.fields[name].label), list(self._choices(name, documents))) for name in FACETS]
        return [facet for facet in found if facet.choices]

    def _narrowed(self, documents: DocumentQuerySet, by: Iterable[str]) -> DocumentQuerySet:
        found = documents.with_current_file()
        for name in by:
            if asked := self.cleaned_data.get(name):
                found = found.filter(**{f"{FACETS[name]}__in": asked})
        return found

    def _choices(self, name: str, documents: DocumentQuerySet) -> Iterator[Choice]:
        """Yield each value with the number of documents that it would match, given the other facets."""
        field = self.fields[name]
        coerce = getattr(field, "coerce", str)
        found = self._narrowed(documents, FACETS.keys() - {name})
        counts = dict(found.order_by().values_list(FACETS[name]).annotate(Count("pk")))
        chosen = self.cleaned_data.get(name, [])
        for value, label in field.choices:  # type: ignore[attr-defined]
            key = coerce(value)
            if counts.get(key) or key in chosen:
                yield Choice(value, label, counts.get(key, 0), key in chosen)
