"""The inline rows of an activity: its goals and organisations."""

from collections.abc import Iterable
from functools import cache, partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext as _

from actionplans.models import Involvement
from publishing.autocomplete import AutocompleteSelect


class RowFormSet(BaseInlineFormSet):
    """Rows that must differ. Their choices are fetched when they are shown, and once, not once a row."""

    must_differ: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices: dict[str, CallableChoiceIterator] = {}

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if name not in (self.fk.name, self._pk_field.name) and isinstance(field, forms.ModelChoiceField):  # type: ignore[attr-defined]
                if isinstance(sought := getattr(field.widget, "widget", field.widget), AutocompleteSelect):
                    sought.chosen = getattr(form.instance, name) if form.instance.pk else None
                    continue
                if name not in self._choices:
                    self._choices[name] = CallableChoiceIterator(cache(partial(list, field.choices)))
                field.widget.choices = self._choices[name]

    def clean(self) -> None:
        super().clean()
        seen = set()
        for row in self.rows():
            key = tuple(row[name] for name in self.must_differ)
            if key in seen:
                raise ValidationError(_("The same row appears twice. Remove one of them."))
            seen.add(key)

    def rows(self) -> Iterable[dict[str, Any]]:
        """Yield the valid rows that will be kept."""
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if row and not form.errors and not row.get("DELETE"):
                yield row

    def save(self, commit: bool = True) -> list[Model]:  # noqa: FBT001, FBT002
        """Delete changed rows before saving any, so that two can change places."""
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        self.get_queryset().filter(pk__in=changed).delete()
        return super().save(commit)


class RowForm(forms.ModelForm):
    """A row whose uniqueness is checked by its formset: the other rows may have changed too."""

    def validate_unique(self) -> None:
        pass

    def validate_constraints(self) -> None:
        pass


class ContributionFormSet(RowFormSet):
    must_differ = ("goal", "priority")


class InvolvementFormSet(RowFormSet):
    must_differ = ("organisation", "role")

    def clean(self) -> None:
        super().clean()
        responsible = [row for row in self.rows() if row["role"] == Involvement.Role.RESPONSIBLE]
        if len(responsible) > 1:
            raise ValidationError(_("Only one organisation can be responsible. Give the other another role."))
        for form in self.forms:
            row = getattr(form, "cleaned_data", {})
            if row.get("amount") is not None and row.get("role") != Involvement.Role.FINANCING:
                form.add_error("amount", _("Only an organisation that finances the activity can have an amount."))
