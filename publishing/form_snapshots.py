"""What stood in the database when a form was made, as fingerprints that the form carries with it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.utils import timezone

from publishing.fingerprints import Fingerprint, digest_value

Rows = dict[str, Fingerprint]
"""The fingerprints of the rows of a formset, by their primary keys."""
PUBLICATION = "publication"
"""No field of the form, but what its buttons change."""


@dataclass(frozen=True)
class Snapshot:
    """When a form was made, and what it was filled with: its fields, and the rows of each formset by its prefix."""

    at: str
    fields: Fingerprint
    rows: dict[str, Rows]

    @classmethod
    def take(cls, form: BaseModelForm, formsets: Iterable[BaseInlineFormSet], at: str | None = None) -> "Snapshot":
        """Return what a form and its formsets were filled with, whatever has been typed into them since."""
        fields = {name: digest_value(form.initial[name]) for name in list_guarded_names(form)}
        if hasattr(form.instance, PUBLICATION):
            fields[PUBLICATION] = digest_value(form.instance.publication)
        return cls(
            at or timezone.now().isoformat(), fields, {str(one.prefix): fingerprint_rows(one) for one in formsets}
        )

    def is_same(self, other: "Snapshot") -> bool:
        """Whether nothing differs, as far as both look at it: who may change what can have changed meanwhile."""
        common = self.fields.keys() & other.fields.keys()
        prefixes = self.rows.keys() & other.rows.keys()
        same_fields = all(self.fields[name] == other.fields[name] for name in common)
        return same_fields and all(self.rows[prefix] == other.rows[prefix] for prefix in prefixes)

    def as_text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Snapshot | None":
        """Return the snapshot that a form carries; None where it carries none, or none that can be read."""
        try:
            given = json.loads(text)
            moment, fields, rows = given["at"], given["fields"], given["rows"]
            is_whole = datetime.fromisoformat(moment).tzinfo is not None and _are_prints(fields)
            is_whole = is_whole and all(_are_prints(each) for prints in rows.values() for each in prints.values())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return cls(moment, fields, rows) if is_whole else None


def list_guarded_names(form: BaseModelForm) -> list[str]:
    """Return the fields of a form that a save would write to its thing."""
    return [name for name, field in form.fields.items() if name in form.initial and not field.disabled]


def list_guarded_row_names(formset: BaseInlineFormSet, row: BaseModelForm) -> list[str]:
    """Return the fields of a row that a save would write, but for what ties it to its thing."""
    model: Any = formset.model
    return [name for name in list_guarded_names(row) if name not in (formset.fk.name, model._meta.pk.name)]


def list_stored_rows(formset: BaseInlineFormSet) -> list[Any]:
    """Return the forms of the rows that are in the database."""
    return [row for row in formset.initial_forms if row.instance.pk]


def fingerprint_rows(formset: BaseInlineFormSet) -> Rows:
    return {
        str(row.instance.pk): {name: digest_value(row.initial[name]) for name in list_guarded_row_names(formset, row)}
        for row in list_stored_rows(formset)
    }


def _are_prints(given: Any) -> bool:
    return all(isinstance(one, str) for one in (*given, *given.values()))
