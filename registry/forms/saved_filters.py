"""The form that saves a selection of the list of cases under a name."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry.models import SavedFilter

LONGEST_QUERY = SavedFilter._meta.get_field("query").max_length or 0


class SaveFilterForm(forms.Form):
    """Name and sharing of a selection.

    `query` is the selection in the address of the list; None where the list does not offer it.
    """

    name = forms.CharField(
        label=_("Name of the selection"),
        max_length=60,
        error_messages={"required": _("Enter a name for the selection.")},
    )
    is_shared = forms.BooleanField(label=_("Share it with all registrars"), required=False)

    def __init__(self, *args: Any, user: User, query: str | None, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, label_suffix="", auto_id="selection_%s")  # type: ignore[misc]
        self.user, self.query = user, query
        if not may_share:
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        if self.query is None:
            raise forms.ValidationError(
                _("This selection cannot be saved because it does not use the list's filters. Choose from the filters.")
            )
        if not self.query:
            raise forms.ValidationError(_("Search or choose filters before you save the selection."))
        if len(self.query) > LONGEST_QUERY:
            raise forms.ValidationError(_("The selection is too long to save. Search for fewer words."))
        return super().clean() or {}

    def save(self) -> SavedFilter | None:
        """Return None where the name is taken; the form then has the error."""
        given = {"is_shared": False} | self.cleaned_data
        try:
            with transaction.atomic():
                return SavedFilter.objects.create(owner=self.user, query=self.query or "", **given)
        except IntegrityError:
            self.add_error(
                "name",
                _("You already have a selection with that name. Choose a different name, or remove the existing one."),
            )
            return None


def find_selection(asked: QueryDict, known: frozenset[str], passing: frozenset[str]) -> str:
    """Return the selection in the address of a list, in a fixed order and without parameters for paging.

    Raise `ValueError` if it holds anything that the list does not offer.
    """
    chosen = {name: values for name, values in asked.lists() if any(values) and name not in passing}
    if not chosen.keys() <= known or any(len(values) > 1 for values in chosen.values()):
        raise ValueError(", ".join(sorted(chosen)))
    query = QueryDict(mutable=True)
    for name in sorted(chosen):
        query[name] = chosen[name][0]
    return query.urlencode()
