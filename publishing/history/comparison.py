"""What differs between two states of a thing, in words and in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.forms.models import BaseModelForm
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from publishing.fingerprints import digest_value
from publishing.form_snapshots import PUBLICATION
from publishing.form_values import describe_value
from publishing.history.contents import FIELDS, ROWS, Contents, Fields, make_whole_request
from publishing.history.word_diffs import Kind, Piece, compare_words
from publishing.models import Publication


class Change(NamedTuple):
    """What has become of a field, or of a row."""

    label: str
    pieces: list[Piece]
    name: str = ""
    """Of the field in the form; empty for rows."""


class Comparison:
    """Compares states of one thing. Names of what was chosen are looked up once for all of them."""

    def __init__(self, thing: Model, states: Iterable[Contents]) -> None:
        model_admin: Any = admin.site.get_model_admin(type(thing))
        self.form, sets = model_admin.fill_stored(make_whole_request(), thing)
        self.rows: dict[str, BaseModelForm] = {str(one.prefix): one.empty_form for one in sets}
        self.names = _ChoiceNames()
        for state in states:
            self.names.ask(self.form, state[FIELDS])
            for prefix, row in ((prefix, row) for prefix, rows in state[ROWS].items() for row in rows.values()):
                if prefix in self.rows:
                    self.names.ask(self.rows[prefix], row)

    def list_changes(self, old: Contents, new: Contents) -> list[Change]:
        """Return what differs, in the order of the form."""
        changes = list(self._compare_publication(old[FIELDS], new[FIELDS]))
        changes += self._compare_fields(self.form, old[FIELDS], new[FIELDS])
        for prefix, form in self.rows.items():
            changes += self._compare_rows(form, old[ROWS].get(prefix, {}), new[ROWS].get(prefix, {}))
        return changes

    def _compare_publication(self, old: Fields, new: Fields) -> Iterator[Change]:
        was, now = (Publication(one[PUBLICATION]).label if PUBLICATION in one else "" for one in (old, new))
        if was != now:
            label = capfirst(str(self.form._meta.model._meta.get_field(PUBLICATION).verbose_name))
            yield Change(label, _replace(str(was), str(now)))

    def _compare_fields(self, form: BaseModelForm, old: Fields, new: Fields, row: str = "") -> Iterator[Change]:
        for name in form.fields:
            before, after = old.get(name), new.get(name)
            if digest_value(before) != digest_value(after):
                label, pieces = str(form[name].label), self._compare_values(form, name, before, after)
                yield Change(f"{row}: {label}", pieces) if row else Change(label, pieces, name)

    def _compare_values(self, form: BaseModelForm, name: str, before: Any, after: Any) -> list[Piece]:
        field = form.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            old, new = ([str(pk) for pk in chosen or ()] for chosen in (before, after))
            gone = [Piece(Kind.REMOVED, self.names.find(field, pk)) for pk in old if pk not in new]
            return gone + [Piece(Kind.ADDED, self.names.find(field, pk)) for pk in new if pk not in old]
        was, now = (self._describe(form, name, value) for value in (before, after))
        if not isinstance(field, forms.CharField) or not was or not now:
            return _replace(was, now)
        if was == now:
            return [Piece(Kind.SAME, _("Only headings, lists, links or emphasis were changed."))]
        return compare_words(was, now)

    def _compare_rows(self, form: BaseModelForm, old: dict[str, Fields], new: dict[str, Fields]) -> Iterator[Change]:
        kind = capfirst(str(form._meta.model._meta.verbose_name))
        for pk, row in old.items():
            title = self._entitle(form, row)
            if pk in new:
                yield from self._compare_fields(form, row, new[pk], f"{kind} “{title}”")
            else:
                yield Change(kind, [Piece(Kind.REMOVED, title)])
        yield from (
            Change(kind, [Piece(Kind.ADDED, self._entitle(form, row))]) for pk, row in new.items() if pk not in old
        )

    def _entitle(self, form: BaseModelForm, row: Fields) -> str:
        """Return a row by the first of its fields that says something."""
        return next(filter(None, (self._describe(form, name, row[name]) for name in form.fields if name in row)), "")

    def _describe(self, form: BaseModelForm, name: str, value: Any) -> str:
        field = form.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return self.names.find(field, str(value)) if value is not None else ""
        try:
            model_field = form._meta.model._meta.get_field(name)
            return describe_value(field, model_field.to_python(value)).strip()
        except (FieldDoesNotExist, ValidationError):
            return str(value or "")


def _replace(was: str, now: str) -> list[Piece]:
    return [piece for piece in (Piece(Kind.REMOVED, was), Piece(Kind.ADDED, now)) if piece.text]


class _ChoiceNames:
    """The names of things that were chosen, by field and primary key."""

    def __init__(self) -> None:
        self._asked: dict[forms.ModelChoiceField, set[str]] = defaultdict(set)
        self._found: dict[forms.ModelChoiceField, dict[str, str]] = {}

    def ask(self, form: BaseModelForm, fields: Fields) -> None:
        """Note what will be looked up."""
        for name, value in fields.items():
            field = form.fields.get(name)
            if isinstance(field, forms.ModelChoiceField):
                chosen = value if isinstance(value, list) else [value]
                self._asked[field] |= {str(pk) for pk in chosen if pk is not None}

    def find(self, field: forms.ModelChoiceField, pk: str) -> str:
        if field not in self._found:
            offered: Any = field.queryset
            chosen = offered.filter(pk__in=self._asked[field])
            self._found[field] = {str(thing.pk): field.label_from_instance(thing) for thing in chosen}
        return self._found[field].get(pk, _("(removed)"))
