"""The values of a form's fields: as a browser sends them, and in words."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.forms.formsets import INITIAL_FORM_COUNT, MAX_NUM_FORM_COUNT, MIN_NUM_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet, ModelChoiceIterator
from django.http import QueryDict
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django_prose_editor.fields import ProseEditorFormField

from publishing.moments import describe_moment
from publishing.plain_text import read_plain_text


def get_posted_values(bound: forms.BoundField) -> list[str]:
    """Return what a browser would send for a field as filled in: nothing for an unticked box, or a file."""
    widget = bound.field.widget
    widget = widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
    value = bound.value()
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if isinstance(widget, forms.FileInput):
        return []
    formatted = widget.format_value(value)
    values = formatted if isinstance(formatted, list | tuple) else [formatted]
    return [str(one) for one in values if one is not None]


def write_counts(data: QueryDict, formset: BaseInlineFormSet, stored: int, total: int) -> None:
    """Write how many rows a formset sends, and how many of them are stored, as the page does in hidden fields."""
    counts = {
        INITIAL_FORM_COUNT: stored,
        TOTAL_FORM_COUNT: total,
        MIN_NUM_FORM_COUNT: formset.min_num,
        MAX_NUM_FORM_COUNT: formset.max_num,
    }
    for name, count in counts.items():
        data[f"{formset.prefix}-{name}"] = str(count)


def describe_typed(bound: forms.BoundField, cleaned: dict[str, Any]) -> str:
    """Return what was typed into a field, in words; if invalid, as it was sent."""
    if bound.name in cleaned:
        return describe_value(bound.field, cleaned[bound.name])
    sent = bound.data
    return ", ".join(map(str, sent)) if isinstance(sent, list | tuple) else str(sent or "")


def describe_stored(bound: forms.BoundField, thing: Model) -> str:
    """Return the stored value of a field, in words, from the form that was filled with it."""
    value = bound.form.initial.get(bound.name)
    if isinstance(bound.field, forms.ModelChoiceField) and not isinstance(value, list | QuerySet):
        value = getattr(thing, bound.name, value)
    return describe_value(bound.field, value)


def describe_value(field: forms.Field, value: Any) -> str:
    """Return a value in words: choices by their labels, rich text without tags, moments in Stockholm's time."""
    if isinstance(value, QuerySet | list | tuple | set):
        return ", ".join(describe_value(field, one) for one in value)
    return "" if value is None or value == "" else _describe_one(field, value)


def _describe_one(field: forms.Field, value: Any) -> str:
    if isinstance(value, Model):
        return _label(field, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, ProseEditorFormField):
        return read_plain_text(str(value))
    if isinstance(value, File):
        return str(value.name or "")
    if isinstance(value, datetime):
        return describe_moment(value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    labels = dict(_choices(getattr(field, "choices", ())))
    shown = field.prepare_value(value)
    shown = localize(shown.normalize(), use_l10n=True) if isinstance(shown, Decimal) else shown
    return str(labels.get(str(value), shown))


def _label(field: forms.Field, thing: Model) -> str:
    return field.label_from_instance(thing) if isinstance(field, forms.ModelChoiceField) else str(thing)


def _choices(choices: Any) -> Iterable[tuple[str, Any]]:
    """Yield values and labels of choices, out of their groups; those from the database label themselves."""
    if isinstance(choices, ModelChoiceIterator):
        return
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(value), label
