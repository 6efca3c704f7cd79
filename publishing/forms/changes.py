"""The visitor's filter of the change log."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from publishing.generation import get_publishable_models


class ChangeFilter(forms.Form):
    """Filters by kind of thing. An unknown value filters nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (model._meta.model_name, capfirst(str(model._meta.verbose_name))) for model in get_publishable_models()
        ]
        self.fields["kind"].choices = [("", _("All")), *sorted(kinds, key=lambda kind: kind[1])]  # type: ignore[attr-defined]

    def get_kind(self) -> str:
        """Return the chosen kind; empty for all."""
        self.full_clean()
        return str(self.cleaned_data.get("kind") or "")
