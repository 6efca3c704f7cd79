"""Drafts on the admin's pages."""

from typing import Any

from django import template
from django.db.models import Model
from django.forms import BaseForm

from publishing.moments import describe_clock, describe_moment

register = template.Library()
register.filter("moment", describe_moment)
register.filter("clock", describe_clock)


@register.filter
def field_label(form: BaseForm, name: str) -> str:
    """Return the label of a form's field; empty if it has no such field."""
    return str(form.fields[name].label) if name in form.fields else ""


@register.filter
def model_options(model: type[Model]) -> Any:
    """Return the options of a model, by which the admin names its addresses."""
    return model._meta
