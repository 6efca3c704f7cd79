"""Template tags and filters for all apps."""

from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
SWEDISH = mark_safe(' lang="sv"')


@register.filter
def as_input(field: BoundField) -> SafeString:
    """Render the field's control with the design system's class."""
    return field.as_widget(attrs={"class": "ds-input"})


@register.filter
def lang(thing: Model | dict[str, Any], field: str) -> str:
    """Return ` lang="sv"` if the field has no text in the page's language, so that the Swedish one is shown."""
    if isinstance(thing, dict):  # already read in one language, with a mark where the text is Swedish
        return SWEDISH if thing.get(f"{field}_is_swedish") else ""
    language = get_language()
    return "" if language == "sv" or getattr(thing, f"{field}_{language}") else SWEDISH


@register.simple_tag
def frame(name: str, section: str = "") -> SafeString:
    """Render a part of the frame that is the same on every page of a section; cached for the life of the process."""
    region = (settings.REGION_NAME, settings.REGION_ADDRESS, settings.REGION_ORGANISATION_NUMBER)
    return _frame(name, section, get_language(), region)


@cache
def _frame(name: str, section: str, _language: str, region: tuple[str, ...]) -> SafeString:
    region_name, address, organisation_number = region
    context = {"section": section, "region_name": region_name, "address": address, "number": organisation_number}
    return render_to_string(f"includes/{name}.html", context)
