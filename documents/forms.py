"""Search and facets over the documents."""

from collections.abc import Iterator
from typing import NamedTuple

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Kind, Language


class Facet(NamedTuple):
    """One checkbox: what it asks for and how many documents there are of it."""

    value: str
    label: str
    count: int  # type: ignore[assignment]
    is_chosen: bool


class DocumentFilter(forms.Form):
    """What a visitor asks of the list. An unknown value filters nothing."""

    q = forms.CharField(label=_("Words in the title or summary"), max_length=100, required=False)
    kind = forms.MultipleChoiceField(label=_("Kind"), choices=Kind, required=False)
    language = forms.MultipleChoiceField(label=_("Written in"), choices=Language, required=False)

    def narrow(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """The documents asked for."""
        self.full_clean()
        asked = self.cleaned_data
        if asked.get("q"):
            documents = documents.filter(Q(title__icontains=asked["q"]) | Q(summary__icontains=asked["q"]))
        for facet in ("kind", "language"):
            if asked.get(facet):
                documents = documents.filter(**{f"{facet}__in": asked[facet]})
        return documents

    def facets(self, name: str, documents: QuerySet[Document]) -> Iterator[Facet]:
        """The facet's values that occur among the documents."""
        counts = dict(documents.order_by().values_list(name).annotate(Count("pk")))
        chosen = self.cleaned_data.get(name, [])
        for value, label in self.fields[name].choices:
            if value in counts:
                yield Facet(value, label, counts[value], value in chosen)
