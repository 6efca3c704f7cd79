"""Going back to what a thing was: as a draft, so that nothing changes until somebody has read and saved it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseModelForm
from django.http import HttpRequest, QueryDict

from publishing.drafts.storage import make_draft
from publishing.form_snapshots import SNAPSHOT, Snapshot, list_stored_rows
from publishing.form_values import get_posted_values, write_counts
from publishing.forms.publishable import TIMES
from publishing.history.contents import FIELDS, ROWS, Fields, fill_initial
from publishing.models import Draft, Revision


def restore_revision(model_admin: Any, request: HttpRequest, thing: Model, revision: Revision) -> Draft:
    """Store a draft, by the user, of what a thing was. When it is shown, and its files, stay as they are."""
    form, formsets = model_admin.fill_stored(request, thing)
    data = QueryDict(mutable=True)
    data[SNAPSHOT] = Snapshot.take(form, formsets).as_text()
    texts = {name: value for name, value in revision.contents[FIELDS].items() if name not in TIMES}
    _write_form(data, form, texts)
    for formset in formsets:
        _write_rows(data, formset, revision.contents[ROWS].get(str(formset.prefix)))
    author: User = request.user  # type: ignore[assignment]
    draft = make_draft(data, type(thing), thing, author)
    draft.save()
    return draft


def _write_form(data: QueryDict, form: BaseModelForm, fields: Fields) -> None:
    """Write what a browser would send for a form, filled with what was."""
    fill_initial(form, fields)
    for name in form.fields:
        data.setlist(form.add_prefix(name), get_posted_values(form[name]))


def _write_rows(data: QueryDict, formset: Any, wanted: dict[str, Fields] | None) -> None:
    """Write the rows that were: those stored since are ticked for deletion, those deleted since are new."""
    stored = list_stored_rows(formset)
    wanted = {str(row.instance.pk): {} for row in stored} if wanted is None else wanted
    for row in stored:
        _write_form(data, row, wanted.get(str(row.instance.pk), {}))
        if str(row.instance.pk) not in wanted and formset.can_delete:
            data[row.add_prefix(DELETION_FIELD_NAME)] = "on"
    present = {str(row.instance.pk) for row in stored}
    gone = [fields for pk, fields in wanted.items() if pk not in present]
    for at, fields in enumerate(gone, start=len(stored)):
        row = formset._construct_form(at)  # noqa: SLF001 - a row that is not among the stored ones
        _write_form(data, row, fields)
    write_counts(data, formset, len(stored), len(stored) + len(gone))
