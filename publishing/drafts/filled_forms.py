"""Forms filled with what a draft holds, as it was typed: nothing in them is validated, nor saved."""

from typing import Any, ClassVar

from django.forms.formsets import TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from publishing.form_values import get_posted_values


class FilledRow(BaseModelForm):
    """A row of a draft, bound by its formset: nothing in it is validated."""

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}


class FilledForm(FilledRow):
    """A form that shows a draft's text. Fields that the form has got since the draft was saved show what is stored."""

    typed: ClassVar[QueryDict]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = MultiValueDict()
        self.data = complete_data(self, self.typed)
        self.is_bound = True


class FilledFormSet(BaseInlineFormSet):
    """The rows of a draft. A formset that the form has got since the draft was saved shows what is stored."""

    typed: ClassVar[QueryDict]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        prefix = kwargs.get("prefix") or self.get_default_prefix()
        if f"{prefix}-{TOTAL_FORM_COUNT}" in self.typed:
            kwargs["data"] = self.typed
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        self._errors: list[Any] = []
        self._non_form_errors = ErrorList()


def fill_form(form: type[BaseModelForm], typed: QueryDict) -> type[BaseModelForm]:
    """Return a form class that shows what was typed."""
    return type(form.__name__, (FilledForm, form), {"typed": typed})


def fill_formset(formset: type[BaseInlineFormSet], typed: QueryDict) -> type[BaseInlineFormSet]:
    """Return a formset class that shows the rows that were typed."""
    row = type(formset.form.__name__, (FilledRow, formset.form), {})
    return type(formset.__name__, (FilledFormSet, formset), {"typed": typed, "form": row})


def complete_data(form: BaseModelForm, typed: QueryDict) -> QueryDict:
    """Return what was typed, with the stored values of fields about which nothing was sent."""
    data = typed.copy()
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if key not in data and field.widget.value_omitted_from_data(data, MultiValueDict(), key):
            data.setlist(key, get_posted_values(form[name]))
    return data


def list_left_over(typed: QueryDict, form: BaseModelForm, prefixes: list[str]) -> list[tuple[str, str]]:
    """Return what was typed into fields that the form no longer has, by name."""
    known = {form.add_prefix(name) for name in form.fields}
    rows = tuple(f"{prefix}-" for prefix in prefixes)
    unknown = (name for name in typed if not (name in known or name.startswith(("_", *rows))))
    return [(name, words) for name in unknown if (words := ", ".join(filter(None, typed.getlist(name))))]
