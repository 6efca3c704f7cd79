"""Names of rows and columns for sentences about faults, with the number of the case if there is one."""

from typing import Any

from django.db import models
from django.utils import translation

from mailroom.models import IncomingMail, OutgoingMail
from registry.models import Case, Intake, Record, Series

Facts = dict[str, Any]
BY_KEY: dict[type[models.Model], str] = {
    Case: "pk",
    Intake: "records__intake",
    IncomingMail: "records__intake__mail",
    OutgoingMail: "dispatches__mail",
}
"""Lookups of a row's case by the row's own key."""
BY_COLUMN = [
    ("case_id", "pk"),
    ("record_id", "records"),
    ("intake_id", "records__intake"),
    ("answer_id", "answers"),
    ("file_id", "records__files"),
    ("file_id", "records__intake__files"),
    ("mail_id", "dispatches__mail"),
]
"""Lookups of the case by another row that the row refers to."""


def name_row(model: type[models.Model], key: int, facts: Facts | None) -> str:
    """Return such as `RUS 2026/0012, party 7`; `RUS 2026/0012` for the case itself. `facts` are the row's own."""
    with translation.override(None):
        words = f"{model._meta.verbose_name} {key}"
    facts = facts or {}
    number = _case_of(model, key, facts)
    if model is Case:
        return number or _number_from(facts) or words.capitalize()
    if model is Record and number and "ordinal" in facts:
        return f"{number}-{facts['ordinal']}"
    return f"{number}, {words}" if number else words[:1].upper() + words[1:]


def name_column(field: "models.Field[Any, Any]") -> str:
    """Return the English name, as in all sentences about faults."""
    with translation.override(None):
        return str(field.verbose_name)


def _case_of(model: type[models.Model], key: int, facts: Facts) -> str:
    """Return the number of the case that a row belongs to, or an empty text."""
    by_column = [(lookup, facts[column]) for column, lookup in BY_COLUMN if facts.get(column)]
    for lookup, value in [(BY_KEY[model], key)] if model in BY_KEY else by_column:
        case = Case.objects.select_related("series").filter(**{lookup: value}).first()
        if case:
            return str(case)
    return ""


def _number_from(facts: Facts) -> str:
    """Return the number of a case that is gone."""
    series = Series.objects.filter(pk=facts.get("series_id", 0)).first()
    return f"{series} {facts['year']}/{facts['number']:04d}" if series else ""
