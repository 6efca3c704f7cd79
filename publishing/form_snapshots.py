"""What was stored when a form was opened, as fingerprints in a hidden field of the form."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.utils import timezone

from publishing.fingerprints import Fingerprint, digest_value

SNAPSHOT = "_snapshot"
"""The hidden field with what a form was filled with."""
Rows = dict[str, Fingerprint]
"""The fingerprints of a formset's rows, by primary key."""
PUBLICATION = "publication"
"""Not a field of the form, but changed by its buttons."""


@dataclass(frozen=True)
class Snapshot:
    """When a form was opened, and what it was filled with: its fields, and the rows of each formset by prefix."""

    at: str
    fields: Fingerprint
    rows: dict[str, Rows]

    @classmethod
    def take(cls, form: BaseModelForm, formsets: Iterable[BaseInlineFormSet], at: str | None = None) -> "Snapshot":
        """Return the snapshot of what a form and its formsets were filled with, whatever has been typed since."""
        fields = {name: digest_value(form.initial[name]) for name in list_guarded_names(form)}
        if hasattr(form.instance, PUBLICATION):
            fields[PUBLICATION] = digest_value(form.instance.publication)
        return cls(
            at or timezone.now().isoformat(), fields, {str(one.prefix): fingerprint_rows(one) for one in formsets}
        )

    def is_same(self, other: "Snapshot") -> bool:
        """Whether nothing differs in the common fields: what the user may change can have changed meanwhile."""
        common = self.fields.keys() & other.fields.keys()
        prefixes = self.rows.keys() & other.rows.keys()
        same_fields = all(self.fields[name] == other.fields[name] for name in common)
        return same_fields and all(self.rows[prefix] == other.rows[prefix] for prefix in prefixes)

    def as_text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Snapshot | None":
        """Return the snapshot in a form's hidden field; None if it is missing or invalid."""
        try:
            given = json.loads(text)
            moment, fields, rows = datetime.fromisoformat(given["at"]), given["fields"], given["rows"]
            at = moment.astimezone(UTC).isoformat()
            is_whole = moment.tzinfo is not None and _are_prints(fields)
            is_whole = is_whole and all(_are_prints(each) for prints in rows.values() for each in prints.values())
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return None
        return cls(at, fields, rows) if is_whole else None


def list_guarded_names(form: BaseModelForm) -> list[str]:
    """Return the fields of a form that saving writes to its thing."""
    return [name for name, field in form.fields.items() if name in form.initial and not field.disabled]


def list_guarded_row_names(formset: BaseInlineFormSet, row: BaseModelForm) -> list[str]:
    """Return the fields of a row that saving writes, without its keys."""
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
