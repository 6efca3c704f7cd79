"""Drafts on the admin's pages."""

from typing import Any

from django import template
from django.db.models import Model

from publishing.moments import describe_clock, describe_moment

register = template.Library()
register.filter("moment", describe_moment)
register.filter("clock", describe_clock)


@register.filter
def model_options(model: type[Model]) -> Any:
    """Return the options of a model, by which the admin names its addresses."""
    return model._meta
