"""What a thing's form shows of it, as plain values that do not depend on a language: what a revision keeps.

The form is the whole one, with all that anybody may see: what is kept must not depend on who saved it.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import HttpRequest

from publishing.drafts.submission import make_request
from publishing.form_snapshots import PUBLICATION, list_guarded_names, list_guarded_row_names, list_stored_rows

Fields = dict[str, Any]
"""Plain values by the names of fields."""
FIELDS, ROWS = "fields", "rows"
Contents = dict[str, Any]
"""`FIELDS` of the thing, and its `ROWS`: those of each formset by its prefix and their primary keys."""
EMPTY: Contents = {FIELDS: {}, ROWS: {}}
"""Of what is not stored yet."""


def read_contents(thing: Model) -> Contents:
    """Return what is stored of a thing now."""
    model_admin: Any = admin.site.get_model_admin(type(thing))
    request = make_whole_request()
    stored = model_admin.get_queryset(request).get(pk=thing.pk)
    return take_contents(*model_admin.fill_stored(request, stored))


def make_whole_request() -> HttpRequest:
    """Return a request from which no field, row or choice is hidden. It is answered to nobody."""
    request: HttpRequest = make_request("GET", User(is_superuser=True, is_active=True))
    return request


def take_contents(form: BaseModelForm, formsets: Iterable[BaseInlineFormSet]) -> Contents:
    """Return what a form and its formsets are filled with."""
    fields = {name: form.initial[name] for name in list_guarded_names(form)}
    if hasattr(form.instance, PUBLICATION):
        fields[PUBLICATION] = form.instance.publication
    rows = {
        str(formset.prefix): {
            str(row.instance.pk): {name: row.initial[name] for name in list_guarded_row_names(formset, row)}
            for row in list_stored_rows(formset)
        }
        for formset in formsets
    }
    contents: Contents = json.loads(json.dumps({FIELDS: fields, ROWS: rows}, cls=_Encoder), object_hook=_empty)
    return contents


def fill_initial(form: BaseModelForm, fields: Fields) -> None:
    """Fill a form, that is not bound, with plain values. Files and what no longer fits stay as they are."""
    for name, value in fields.items():
        if name not in form.fields:
            continue
        try:
            field = form._meta.model._meta.get_field(name)
            form.initial[name] = value if field.is_relation else field.to_python(value)
        except (FieldDoesNotExist, ValidationError):
            continue


def _empty(read: dict[str, Any]) -> dict[str, Any]:
    """Let an empty text equal None, as forms do."""
    return {name: None if value == "" else value for name, value in read.items()}


class _Encoder(DjangoJSONEncoder):
    """Writes things by their primary keys, and files by their names."""

    def default(self, value: Any) -> Any:
        if isinstance(value, Model):
            return value.pk
        if isinstance(value, QuerySet | set):
            return sorted(value, key=str)
        return value.name if isinstance(value, File) else super().default(value)
