"""Form fields that normalise lines and JSON documents, and that refuse text which could not be read."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _

from language.characters import normalize_line, normalize_parsed

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""Django's replacement for bytes that are not UTF-8."""


class LineField(forms.CharField):
    """Text on one line. Pasted text may hold other line separators, which browsers let pass."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normalize_line(text) if isinstance(text, str) else text


class ReadableText:
    """Refuses text with unreadable characters, instead of losing them."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)  # type: ignore[misc]
        if UNREADABLE in text:
            raise ValidationError(
                _("The text contains characters that could not be read. Look for “%(mark)s” and type them again.")
                % {"mark": UNREADABLE}
            )
        return text


class TextField(ReadableText, forms.CharField):
    widget = forms.Textarea


class NormalizedJSONField(forms.JSONField):
    """JSON with normalised texts: its escapes can hold characters that PostgreSQL refuses (RFC 8259, 8.2)."""

    def to_python(self, value: Any) -> Any:
        """Raise `ValidationError` also if numbers are too long or lists too deep."""
        try:
            return normalize_parsed(super().to_python(value))
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what was typed, even if it cannot be parsed."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)


TEXTS: dict[Any, dict[str, Any]] = {
    models.CharField: {"form_class": LineField, "widget": AdminTextInputWidget},
    models.SlugField: {"widget": AdminTextInputWidget},  # a CharField with its own form field
    models.JSONField: {"form_class": NormalizedJSONField},
}
"""For `formfield_overrides` of an admin."""
