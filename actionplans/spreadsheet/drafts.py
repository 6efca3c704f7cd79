"""Changes of published activities, kept as drafts of their forms: as if their author had typed them there.

So a draft is opened, previewed, published or discarded as any other, with the rules and rights of that moment. The form
has no field for the status of a stored activity, which only a report changes: no draft can hold that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import CheckboxInput
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet, BaseModelForm
from django.http import QueryDict

from actionplans.models import Activity, Contribution, Involvement, Milestone
from actionplans.spreadsheet.preview import NEW, REMOVED
from actionplans.spreadsheet.row_reader import GOALS, ROLES, make_contributions, make_involvements
from publishing.drafts.storage import make_draft
from publishing.drafts.submission import make_request
from publishing.form_snapshots import SNAPSHOT, Snapshot, list_stored_rows
from publishing.form_values import get_posted_values, write_counts
from publishing.models import Draft

Edits = Sequence[tuple[str, Milestone]]
"""What becomes of milestones: the kind of change, and the milestone."""
AT_ONCE = 100


class Wanted(NamedTuple):
    """The rows of a formset as they should become, and what tells which stored one each of them is."""

    rows: Sequence[Any]
    get_key: Callable[[Any], Any]


def keep_drafts(
    activities: Iterable[Any], edits: Edits, author: User, note: Mapping[str, str], tell_one: Callable[[], None]
) -> None:
    """Keep changes of activities, and of their milestones, as drafts of their author. Call `tell_one` after each."""
    changed = {activity.pk: activity for activity in activities}
    edits_of: dict[int, list[tuple[str, Milestone]]] = defaultdict(list)
    for edit in edits:
        edits_of[edit[1].activity.pk].append(edit)
    model_admin: Any = admin.site.get_model_admin(Activity)
    request = make_request("GET", author)
    drafts = []
    for pk, stored in model_admin.get_queryset(request).in_bulk(changed.keys() | edits_of.keys()).items():
        if not model_admin.has_change_permission(request, stored):
            raise PermissionDenied
        form, formsets = model_admin.fill_stored(request, stored)
        data = _fill_form(form, formsets, changed.get(pk, stored), edits_of[pk])
        for name, text in note.items():
            data[name] = text
        drafts.append(make_draft(data, Activity, stored, author))
        tell_one()
    Draft.objects.bulk_create(drafts, batch_size=AT_ONCE)


def _fill_form(form: BaseModelForm, formsets: Sequence[BaseInlineFormSet], activity: Any, edits: Edits) -> QueryDict:
    """Return what a browser would send if the changes were typed into the form of the stored activity."""
    data = QueryDict(mutable=True)
    _write_fields(data, type(form)(instance=activity))
    for formset in formsets:
        _write_rows(data, formset, _find_wanted(formset, activity, edits))
    data[SNAPSHOT] = Snapshot.take(form, formsets).as_text()
    return data


def _find_wanted(formset: BaseInlineFormSet, activity: Any, edits: Edits) -> Wanted:
    """Return the rows of a formset as the file says, or as they are if it changes none of them."""
    keys = {change.key for change in getattr(activity, "changes", ())}
    if formset.model is Contribution and keys.intersection(GOALS):
        return Wanted(make_contributions(activity), lambda row: (row.goal_id, row.priority_id))
    if formset.model is Involvement and keys.intersection(ROLES):
        return Wanted(make_involvements(activity), lambda row: (row.organisation_id, row.role))
    stored = [row.instance for row in list_stored_rows(formset)]
    if formset.model is Milestone:
        edited = {milestone.pk: milestone for kind, milestone in edits if kind != NEW}
        gone = {milestone.pk for kind, milestone in edits if kind == REMOVED}
        kept = [edited.get(milestone.pk, milestone) for milestone in stored if milestone.pk not in gone]
        return Wanted([*kept, *(milestone for kind, milestone in edits if kind == NEW)], lambda row: row.pk)
    return Wanted(stored, lambda row: row.pk)


def _write_rows(data: QueryDict, formset: BaseInlineFormSet, wanted: Wanted) -> None:
    """Write the rows: stored ones keep their number, and those that are not wanted are ticked for deletion."""
    stored = [row.instance for row in list_stored_rows(formset)]
    known = {wanted.get_key(thing) for thing in stored}
    by_key = {wanted.get_key(row): row for row in wanted.rows}
    new = [row for row in wanted.rows if wanted.get_key(row) not in known]
    for number, thing in enumerate(stored):
        prefix = f"{formset.prefix}-{number}"
        row = by_key.get(wanted.get_key(thing))
        _write_row(data, formset, prefix, row or thing, thing.pk)
        if row is None:
            data[f"{prefix}-{DELETION_FIELD_NAME}"] = "on"
    for number, row in enumerate(new, len(stored)):
        _write_row(data, formset, f"{formset.prefix}-{number}", row, None)
    write_counts(data, formset, len(stored), len(stored) + len(new))


def _write_row(data: QueryDict, formset: BaseInlineFormSet, prefix: str, row: Model, pk: int | None) -> None:
    _write_fields(data, formset.form(instance=row, prefix=prefix))
    data[f"{prefix}-{formset.model._meta.pk.name}"] = str(pk or "")  # type: ignore[union-attr]
    data[f"{prefix}-{formset.fk.name}"] = str(formset.instance.pk)


def _write_fields(data: QueryDict, form: BaseModelForm) -> None:
    for bound in form:
        if not isinstance(bound.field.widget, CheckboxInput):  # none of them is stored
            data.setlist(bound.html_name, get_posted_values(bound) or [""])
