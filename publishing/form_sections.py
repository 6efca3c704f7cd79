"""The sections of the admin's forms that fold: fieldsets and inlines of the class `collapse`.

Django folds them. Here their headings get what is in them, so that nothing is hidden by surprise, and those with faults
are left open: Django looks neither at fields that share a line, nor at what is wrong with all rows together.
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten
from django.core.validators import EMPTY_VALUES
from django.forms.boundfield import BoundField
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FOLDED = "collapse"


def fold_sections(
    form: AdminForm, rows: Iterable[InlineAdminFormSet], faults: list[str], differing: Collection[str] = ()
) -> None:
    """Tell in the heading of each foldable section what is in it, and open those with something to fill in or to see.

    `faults` holds the id of the field, or of the row, of each fault, empty if it is one of the whole form; `differing`
    the ids of fields that are to be seen.
    """
    marks = _Marks(faults, differing, {one["field"].name for one in form.prepopulated_fields})
    form.fieldsets = [_mark_fieldset(form.form, *fieldset, marks) for fieldset in form.fieldsets]
    for one in rows:
        _mark_rows(one, marks)


class _Marks(NamedTuple):
    """What opens a section."""

    faults: list[str]
    differing: Collection[str]
    filled_by_script: set[str]


def _mark_fieldset(
    form: BaseModelForm, name: str, options: dict[str, Any], marks: _Marks
) -> tuple[str, dict[str, Any]]:
    if FOLDED not in options.get("classes", ()):
        return name, options
    fields = [form[field] for field in flatten(options["fields"]) if field in form.fields]
    ids = {target for field in fields for target in (field.auto_id, field.id_for_label)}
    empty = [field for field in fields if not _is_filled(field)]
    counted = {"filled": len(fields) - len(empty), "all": len(fields)}
    words = _("%(filled)d of %(all)d filled in") % counted if fields else ""
    found = sum(fault in ids for fault in marks.faults)
    is_needed = any(field.field.required and field.name not in marks.filled_by_script for field in empty)
    # A fault of the whole form, such as an end before the beginning, may be one of any section.
    is_open = found > 0 or is_needed or "" in marks.faults or not ids.isdisjoint(marks.differing)
    return _make_heading(name, words, found), options | {"classes": _choose_classes(options["classes"], is_open)}


def _mark_rows(rows: InlineAdminFormSet, marks: _Marks) -> None:
    classes = rows.classes.split()
    if FOLDED not in classes:
        return
    start = f"{rows.formset.prefix}-"
    found, differing = (
        sum(target.removeprefix("id_").startswith(start) for target in targets)
        for targets in (marks.faults, marks.differing)
    )
    name = capfirst(rows.opts.verbose_name_plural)
    rows.opts.verbose_name_plural = _make_heading(name, f"({_count_rows(rows.formset)})", found)
    rows.classes = " ".join(_choose_classes(classes, found + differing > 0))


def _choose_classes(classes: Iterable[str], is_open: bool) -> list[str]:  # noqa: FBT001
    return [one for one in classes if not (is_open and one == FOLDED)]


def _make_heading(name: Any, contents: str, faults: int) -> SafeString:
    heading = format_html("{}", name)
    if contents:
        heading += format_html(' <span class="contents">{}</span>', contents)
    if faults:
        words = ngettext("%(count)d problem", "%(count)d problems", faults) % {"count": faults}
        heading += format_html(' <span class="faults">{}</span>', words)
    return heading


def _is_filled(field: BoundField) -> bool:
    value = field.value()
    return value is not False and value not in EMPTY_VALUES


def _count_rows(formset: BaseInlineFormSet) -> int:
    """Return how many rows are stored or have been begun."""
    begun = [row for row in formset.extra_forms if formset.is_bound and row.has_changed()]
    return len(formset.initial_forms) + len(begun)
