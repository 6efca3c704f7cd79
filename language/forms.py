"""Form fields that know what a line is, and what a JSON document may hold."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput

from language.characters import normalize_line, normalize_parsed


class LineField(forms.CharField):
    """Text on one line: browsers send no line breaks there, but what is pasted may hold what becomes one."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normalize_line(text) if isinstance(text, str) else text


class NormalizedJSONField(forms.JSONField):
    """JSON whose texts are normalised: its escapes can spell out what PostgreSQL refuses (RFC 8259, 8.2)."""

    def to_python(self, value: Any) -> Any:
        """Raise `ValidationError` too where numbers are too long or lists too deep to be read."""
        try:
            return normalize_parsed(super().to_python(value))
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show again what was typed, whatever it is."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)


TEXTS: dict[Any, dict[str, Any]] = {
    models.CharField: {"form_class": LineField, "widget": AdminTextInputWidget},
    models.SlugField: {"widget": AdminTextInputWidget},  # a kind of CharField with a form field of its own
    models.JSONField: {"form_class": NormalizedJSONField},
}
"""For `formfield_overrides` of an admin."""
