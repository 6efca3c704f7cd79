"""Forms for an indicator's figures."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from indicators.models import Indicator, IndicatorValue, ValueStatus
from indicators.services import replace_value
from indicators.snapshots import format_plain


class FigureField(forms.DecimalField):
    """A number in the page's format, without the trailing zeros of the database."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"localize": True})

    def prepare_value(self, value: Any) -> Any:
        return (
            format_plain(value).replace(".", get_format("DECIMAL_SEPARATOR")) if isinstance(value, Decimal) else value
        )


class ValueForm(forms.ModelForm):
    """A value and its status: a missing value is empty, and an empty one is missing."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("value") is None and "value" not in self.errors:
            cleaned["status"] = ValueStatus.MISSING
        elif cleaned.get("status") == ValueStatus.MISSING:
            self.add_error(
                "status", _("A value marked as missing must be empty. Choose a different status or clear the value.")
            )
        return cleaned

    def validate_constraints(self) -> None:
        """Leave the constraints to the formset: a row may replace another that is deleted with it."""


class ValueFormSet(BaseInlineFormSet):
    """The current values. Changing or deleting one leaves it as a revision."""

    must_differ = ("year", "area", "gender")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._areas: list[Any] | None = None

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields.get("area")
        if isinstance(field, forms.ModelChoiceField):  # fetched once, not once for every row
            if self._areas is None:
                self._areas = list(field.choices)  # type: ignore[arg-type]
            field.widget.choices = self._areas

    def clean(self) -> None:
        """Refuse duplicates, also of values that somebody else has saved since the form was opened."""
        super().clean()
        seen = self._saved_meanwhile()
        for form in self.forms:
            row = getattr(form, "cleaned_data", None)
            if not row or form.errors or row.get("DELETE"):
                continue
            key = (row["area"], row["year"], row["gender"])
            if key in seen:
                raise ValidationError(_("Two values have the same year, area and gender. Remove one."))
            seen.add(key)

    def _saved_meanwhile(self) -> set[tuple[Any, int, str]]:
        """Return the current values that are not in the form, and lock the indicator so that no more are added."""
        if not self.instance.pk:
            return set()
        Indicator.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
        mine = [form.instance.pk for form in self.initial_forms if form.instance.pk]
        others = IndicatorValue.objects.current().filter(indicator=self.instance.pk).exclude(pk__in=mine)
        return {(row.area, row.year, row.gender) for row in others.select_related("area")}

    def save_existing(self, form: forms.ModelForm, obj: Model, commit: bool = True) -> Model:  # noqa: ARG002, FBT001, FBT002
        changed: IndicatorValue = form.instance
        if commit:
            replace_value(IndicatorValue.objects.get(pk=changed.pk), changed)
        return changed

    def delete_existing(self, obj: Model, commit: bool = True) -> None:  # noqa: FBT001, FBT002
        if commit and isinstance(obj, IndicatorValue):
            replace_value(obj, None)
