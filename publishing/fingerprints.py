"""Fingerprints of a thing's fields, which show whether and where it has changed since it was read.

Line endings do not matter, an empty text equals None, and moments are compared to the minute, as forms show them.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile

LENGTH = 16
"""Hexadecimal digits of a fingerprint: 64 bits are enough against accidental collisions."""

Fingerprint = dict[str, str]
"""The fingerprint of each field, by name."""


def fingerprint_fields(thing: Model, names: Iterable[str] | None = None) -> Fingerprint:
    """Return the fingerprints of some of a thing's fields, by default of those that people edit."""
    fields = {field.name: field for field in (*thing._meta.concrete_fields, *thing._meta.many_to_many)}
    return {
        name: digest_value(fields[name].value_from_object(thing))
        for name in (names if names is not None else list_edited_names(type(thing)))
    }


def list_edited_names(model: type[Model]) -> list[str]:
    """Return the names of the fields that people edit, not those that the portal maintains."""
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return [field.name for field in fields if field.editable and not field.primary_key]


def digest_value(value: Any) -> str:
    """Return the fingerprint of one value, as it is stored or as a form has cleaned it."""
    plain = json.dumps(_plain(value), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:LENGTH]


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet | list | tuple | set):
        items = list(value)
        are_chosen = any(isinstance(item, Model) for item in items)
        return sorted(item.pk for item in items) if are_chosen else [_plain(item) for item in items] or ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, datetime) and value.tzinfo:
        with suppress(OverflowError):  # on the first and the last day of the calendar
            value = value.astimezone(UTC)
        return value.replace(second=0, microsecond=0).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, FieldFile | File):
        return value.name or ""
    return value
