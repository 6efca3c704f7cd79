"""What the templates need besides Django's own."""

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.filter
def as_input(field: BoundField) -> SafeString:
    """The field's control in the design system's dress."""
    return field.as_widget(attrs={"class": "ds-input"})


@register.filter
def lang(thing: Model, field: str) -> str:
    """` lang="sv"` where the field has no text in the page's language, and the Swedish one is shown instead."""
    language = get_language()
    if language == "sv" or getattr(thing, f"{field}_{language}"):
        return ""
    return format_html(' lang="{}"', "sv")
