"""Merging two edits of the same thing into a form in which nothing of either is lost.

Fields that only the other person has changed are updated in the form. Where both have changed a field, the form keeps
what was typed, and shows what is stored. A row that the other deleted becomes a new row, if something was typed in it.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from publishing.fingerprints import Fingerprint, digest_value
from publishing.form_snapshots import (
    PUBLICATION,
    Rows,
    Snapshot,
    fingerprint_rows,
    list_guarded_names,
    list_guarded_row_names,
    list_stored_rows,
)
from publishing.form_values import describe_stored, describe_typed, get_posted_values
from publishing.models import Publication

CONFLICT = "edit_conflict"


class RefusedForm(BaseModelForm):
    """A form that is always shown again, after a conflict."""

    def full_clean(self) -> None:
        super().full_clean()
        self.add_error(None, ValidationError(_("Someone else has since saved it."), code=CONFLICT))


def refuse_form(form: type[BaseModelForm]) -> type[BaseModelForm]:
    """Return a form class that is always shown again."""
    return form if issubclass(form, RefusedForm) else type(form.__name__, (RefusedForm, form), {})


class Kind(StrEnum):
    """What has happened to a field, or to a row."""

    BOTH = "both"
    """Changed by both: the form keeps what was typed."""
    TAKEN = "taken"
    """Changed by the other only: the form has that now."""
    ADDED = "added"
    """A row that the other has added: the form has it now."""
    GONE = "gone"
    """A row that the other has deleted, without anything typed in it: it is no longer in the form."""
    KEPT = "kept"
    """A row that the other has deleted, with something typed in it: the form has it as a new one."""


class Difference(NamedTuple):
    """A difference between a form as it was sent and what is stored."""

    kind: Kind
    label: str
    typed: str = ""
    stored: str = ""
    field_id: str = ""


class Pair(NamedTuple):
    """A form, or a row of a formset: as it was sent, and filled with what is stored."""

    sent: BaseModelForm
    stored: BaseModelForm


class FormSetPair(NamedTuple):
    """A formset: as it was sent, and filled with what is stored."""

    sent: BaseInlineFormSet
    stored: BaseInlineFormSet


Values = dict[str, list[str]]
"""The values of a row in a request, by field name."""


def merge_edits(
    data: QueryDict, pair: Pair, formsets: Iterable[FormSetPair], base: Snapshot | None
) -> list[Difference]:
    """Merge what is stored into the `data` of a form that was sent. Return the differences.

    `base` is what the form was filled with when it was opened. If it is unknown, every field counts as edited.
    """
    differences = _merge_fields(pair, list_guarded_names(pair.stored), base.fields if base else None, data.setlist)
    if base and (moved := _moved_on(pair.stored.instance, base.fields.get(PUBLICATION))):
        differences.append(moved)
    for both in formsets:
        differences += _RowMerger(data, both, base.rows.get(str(both.stored.prefix)) if base else None).merge()
    return differences


def _merge_fields(
    pair: Pair, names: list[str], prints: Fingerprint | None, write: Callable[[str, list[str]], None], row: str = ""
) -> list[Difference]:
    """Compare field by field; write what only the other has changed into the form."""
    differences = []
    for name in names:
        bound, before = pair.sent[name], (prints or {}).get(name)
        stored, typed = digest_value(pair.stored.initial[name]), _typed_print(pair.sent, name)
        if stored in (before, typed):
            continue
        is_untouched = before is not None and typed == before
        if is_untouched:
            write(name, get_posted_values(pair.stored[name]))
        differences.append(
            Difference(
                Kind.TAKEN if is_untouched else Kind.BOTH,
                f"{row}: {bound.label}" if row else str(bound.label),
                describe_typed(bound, pair.sent.cleaned_data),
                describe_stored(pair.stored[name], pair.stored.instance),
                bound.auto_id,
            )
        )
    return differences


def _typed_print(form: BaseModelForm, name: str) -> str | None:
    """Return the fingerprint of what was typed; None if it is invalid."""
    form.errors  # noqa: B018 - cleans the form, once
    return digest_value(form.cleaned_data[name]) if name in form.cleaned_data else None


def _moved_on(thing: Any, before: str | None) -> Difference | None:
    """Return the difference if somebody has published or withdrawn the thing meanwhile."""
    now = getattr(thing, PUBLICATION, None)
    if now is None or before in (None, digest_value(now)):
        return None
    was = next((step.label for step in Publication if digest_value(step.value) == before), "")
    label = capfirst(str(thing._meta.get_field(PUBLICATION).verbose_name))
    return Difference(Kind.TAKEN, label, str(was), str(thing.get_publication_display()))


class _RowMerger:
    """Merges the rows of one formset."""

    def __init__(self, data: QueryDict, pair: FormSetPair, base: Rows | None) -> None:
        self.data, self.base = data, base
        self.sent, self.stored = pair
        self.meta: Any = self.stored.model._meta  # type: ignore[union-attr]
        self.prefix = str(self.stored.prefix)
        self.pk_name: str = self.meta.pk.name
        self.now = fingerprint_rows(self.stored)
        self.moved = _follow(base or {}, self.now, getattr(self.stored, "must_differ", ()))
        self.differences: list[Difference] = []

    def merge(self) -> list[Difference]:
        if self.base is not None and self.base == self.now:
            return []
        present, lost, new = self._sort_out()
        rows = [self._merge_row(row, present.get(str(row.instance.pk))) for row in list_stored_rows(self.stored)]
        count = len(rows)
        rows += [self._values_of(row) for row in new]
        for pk, row in lost:
            if (values := self._keep(row, pk, len(rows))) is not None:
                rows.append(values)
        self._write(rows, count)
        return self.differences

    def _sort_out(self) -> tuple[dict[str, Any], list[tuple[str, Any]], list[Any]]:
        """Sort the rows that were sent: those that still exist, those that do not, and new ones."""
        present: dict[str, Any] = {}
        lost: list[tuple[str, Any]] = []
        new: list[Any] = []
        for row in self.sent.forms:
            pk = self.data.get(row.add_prefix(self.pk_name), "")
            if not pk:
                new.append(row)
            elif (now := self.moved.get(pk, pk)) in self.now:
                present[now] = row
            else:
                lost.append((pk, row))
        return present, lost, new

    def _merge_row(self, stored: BaseModelForm, sent: BaseModelForm | None) -> Values:
        """Return the values of a stored row: as the other added it, or merged with what was sent."""
        title = self._title(stored.instance)
        if sent is None:
            self.differences.append(Difference(Kind.ADDED, title, stored=self._lines(stored, is_stored=True)))
            return {name: get_posted_values(stored[name]) for name in stored.fields}
        values, pk = self._values_of(sent), str(stored.instance.pk)
        values[self.pk_name] = [pk]
        before = next((old for old, new in self.moved.items() if new == pk), pk)
        prints = self.base.get(before) if self.base is not None else None
        if prints == self.now[pk]:
            return values
        if self._is_removed(sent):
            typed = _("You have marked the row for deletion.")
            self.differences.append(Difference(Kind.BOTH, title, typed, self._lines(stored, is_stored=True)))
            return values
        names = list_guarded_row_names(self.stored, stored)
        self.differences += [
            one._replace(field_id=one.field_id.replace(f"id_{sent.prefix}-", f"id_{stored.prefix}-"))
            for one in _merge_fields(Pair(sent, stored), names, prints, values.__setitem__, title)
        ]
        return values

    def _keep(self, row: BaseModelForm, pk: str, at: int) -> Values | None:
        """Return the values of a row that the other has deleted, as a new one; None if nothing was typed in it."""
        if self._is_removed(row):
            return None
        prints = self.base.get(pk) if self.base is not None else None
        title = capfirst(str(self.meta.verbose_name))
        names = [name for name in row.fields if name not in (self.pk_name, self.stored.fk.name, DELETION_FIELD_NAME)]
        is_untouched = prints is not None and all(_typed_print(row, name) == prints.get(name) for name in names)
        kind = Kind.GONE if is_untouched else Kind.KEPT
        first = "" if is_untouched else f"id_{self.stored.add_prefix(at)}-{names[0]}"
        self.differences.append(Difference(kind, title, typed=self._lines(row, is_stored=False), field_id=first))
        return None if is_untouched else self._values_of(row) | {self.pk_name: [""]}

    def _values_of(self, row: BaseModelForm) -> Values:
        """Return the values of a row that was sent."""
        start = f"{row.prefix}-"
        return {key.removeprefix(start): self.data.getlist(key) for key in self.data if key.startswith(start)}

    def _write(self, rows: list[Values], stored: int) -> None:
        """Replace the rows that were sent by these."""
        prefix = self.prefix
        for key in [key for key in self.data if key.startswith(f"{prefix}-") and key[len(prefix) + 1].isdigit()]:
            del self.data[key]
        for at, row in enumerate(rows):
            for name, values in row.items():
                self.data.setlist(f"{prefix}-{at}-{name}", values)
        self.data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(stored)
        self.data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(len(rows))

    def _is_removed(self, row: BaseModelForm) -> bool:
        return bool(self.stored.can_delete and self.data.get(row.add_prefix(DELETION_FIELD_NAME)))

    def _title(self, thing: Any) -> str:
        return _("%(kind)s “%(row)s”") % {"kind": capfirst(str(thing._meta.verbose_name)), "row": thing}

    def _lines(self, row: BaseModelForm, *, is_stored: bool) -> str:
        """Return a whole row in words, a line for each field."""
        row.is_bound and row.errors  # noqa: B018 - cleans the form, once
        hidden = (self.pk_name, self.stored.fk.name, DELETION_FIELD_NAME)
        lines = []
        for name in (name for name in row.fields if name not in hidden):
            bound = row[name]
            words = describe_stored(bound, row.instance) if is_stored else describe_typed(bound, row.cleaned_data)
            lines += [f"{bound.label}: {words}"] if words else []
        return "\n".join(lines)


def _follow(base: Rows, now: Rows, key: tuple[str, ...]) -> dict[str, str]:
    """Match rows that were saved anew under another primary key: by content, or else by their `key` fields."""
    gone = [pk for pk in base if pk not in now]
    added = [pk for pk in now if pk not in base]
    moved: dict[str, str] = {}
    for is_same in (
        lambda one, other: one == other,
        lambda one, other: bool(key) and _key(one, key) == _key(other, key),
    ):
        for old in [pk for pk in gone if pk not in moved]:
            new = next((pk for pk in added if pk not in moved.values() and is_same(base[old], now[pk])), None)
            if new is not None:
                moved[old] = new
    return moved


def _key(row: Fingerprint, key: tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in key)
