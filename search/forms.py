"""The search form: words, filters and order. No value of it is ever refused."""

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from language.words.queries import LETTERS_AT_MOST

FACETS: Final = ("kind", "theme", "status", "year", "language")
"""The filters, in their order on the page."""
CHOSEN_AT_MOST: Final = 30
RELEVANCE, DATE = "relevance", "date"


class Words(forms.CharField):
    """The visitor's words, cut at the longest question that is read."""

    def to_python(self, value: Any) -> str:
        return _strip(value)[:LETTERS_AT_MOST]


def _strip(value: Any) -> str:
    return str(value or "").strip()


class AnyOf(forms.MultipleChoiceField):
    """Checkbox values. An unknown value matches nothing but stays selected, so it can be removed."""

    def to_python(self, value: Any) -> list[str]:
        values = (text.strip()[:100] for text in super().to_python(value))
        return [*dict.fromkeys(filter(None, values))][:CHOSEN_AT_MOST]

    def valid_value(self, value: Any) -> bool:  # noqa: ARG002
        return True


class SearchForm(forms.Form):
    """The question with its filters, as in the address."""

    q = Words(label=_("Search the whole website"), required=False)
    kind = AnyOf(label=_("Kind"), required=False)
    theme = AnyOf(label=_("Theme"), required=False)
    status = AnyOf(label=_("Status"), required=False)
    year = AnyOf(label=_("Year"), required=False)
    language = AnyOf(label=_("Language of the text"), required=False)
    sort = forms.CharField(required=False)
    exact = forms.CharField(required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.full_clean()

    @property
    def words(self) -> str:
        return str(self.cleaned_data["q"])

    @property
    def is_cut(self) -> bool:
        """Whether the question was longer than what is read."""
        return len(_strip(self.data.get("q"))) > LETTERS_AT_MOST

    def asked(self) -> QueryDict:
        """Return the query string as it was understood: links repeat this, however much the address held."""
        said = [
            ("q", self.words),
            *((name, value) for name, values in self.chosen().items() for value in values),
            ("sort", DATE if self.order == DATE else ""),
            ("exact", "1" if self.is_exact else ""),
            ("page", str(self.page_number) if self.page_number > 1 else ""),
        ]
        return QueryDict(urlencode([(name, value) for name, value in said if value]))

    @property
    def order(self) -> str:
        return DATE if self.cleaned_data.get("sort") == DATE else RELEVANCE

    @property
    def page_number(self) -> int:
        return self.cleaned_data.get("page") or 1

    @property
    def is_exact(self) -> bool:
        """Whether the visitor wants these words, uncorrected."""
        return bool(self.cleaned_data.get("exact"))

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the ticked values by facet. Links repeat them all, so their number is limited."""
        ticked = [(name, value) for name in FACETS for value in self.cleaned_data[name]][:CHOSEN_AT_MOST]
        return {name: tuple(value for facet, value in ticked if facet == name) for name in FACETS}

    def is_narrowed(self) -> bool:
        return any(self.chosen().values())
