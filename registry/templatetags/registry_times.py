"""Times stored as text, such as in a protocol, in the reader's format."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def moment(text: str) -> str:
    """Format ISO 8601 as date and time in Stockholm."""
    return _shown(text, "SHORT_DATETIME_FORMAT")


@register.filter
def day(text: str) -> str:
    return _shown(text, "SHORT_DATE_FORMAT")


def _shown(text: str, form: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), form) if text else ""
