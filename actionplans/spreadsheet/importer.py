"""Import a previewed file: all of its rows in one transaction, or none."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from actionplans.models import Activity, ActivityImport, Contribution, Involvement, Milestone
from actionplans.services.reports import write_report
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.drafts import Edits, keep_drafts
from actionplans.spreadsheet.parser import Sheet
from actionplans.spreadsheet.preview import (
    CHANGED,
    NEW,
    REMOVED,
    REPORTED,
    Preview,
    Progress,
    Report,
    ignore_progress,
    join_messages,
    preview_rows,
    refuse_row,
)
from actionplans.spreadsheet.row_reader import GOALS, ROLES, make_contributions, make_involvements
from contacts.bylines import make_byline
from publishing.changes import note_changes
from publishing.history.revisions import keep_revision, keep_unknown_state
from publishing.models import Publication

Manner = ActivityImport.Manner
AT_ONCE = 500
SOME = 50


class Saving(NamedTuple):
    """How a file is to be saved: as drafts or published, and its author's own change note, if any."""

    manner: str
    note_sv: str = ""
    note_en: str = ""

    def make_note(self, automatic_sv: str, automatic_en: str) -> dict[str, Any]:
        """Return the change note in both languages: the author's own, or else the automatic one."""
        own = {"note_sv": self.note_sv, "note_en": self.note_en}
        return own if self.note_sv else {"note_sv": automatic_sv, "note_en": automatic_en}

    @property
    def note_of_change(self) -> dict[str, Any]:
        return self.make_note("Ändrat genom inläsning av Excel-fil.", "Changed by reading in an Excel file.")

    @property
    def note_of_new(self) -> dict[str, Any]:
        return self.make_note("Publicerat genom inläsning av Excel-fil.", "Published by reading in an Excel file.")


class _NotSavedError(Exception):
    """Rolls the transaction back."""


def import_sheet(
    sheet: Sheet, choices: Choices, user: User, saving: Saving, *, tried: str | None, tell: Progress = ignore_progress
) -> tuple[Report, bool]:
    """Save every row of a file, or none. Return the report, and whether the rows were saved.

    `tried` is the fingerprint of the report that the user confirmed. If the file now gives another report, because the
    portal has changed meanwhile, nothing is saved and the new report is returned. None accepts any report.
    """
    preview: Preview | None = None
    try:
        with transaction.atomic():
            preview = preview_rows(sheet, choices, user, _half(tell), lock=True)
            if not preview.report.can_be_saved or tried not in (None, preview.report.fingerprint):
                return preview.report, False
            _Writer(preview, sheet, user, saving, tell).write()
    except _NotSavedError:
        assert preview is not None  # noqa: S101 - raised only after it was set
        return preview.report, False
    except IntegrityError:
        # Someone took an address at this very moment: report anew.
        return preview_rows(sheet, choices, user).report, False
    return preview.report, True


def _half(tell: Progress) -> Progress:
    """Return a progress function for validation, the first half of the work."""
    return lambda done, total: tell(done // 2, total)


class _Writer:
    """Writes what a preview holds, within its transaction."""

    def __init__(self, preview: Preview, sheet: Sheet, user: User, saving: Saving, tell: Progress) -> None:
        self.preview, self.sheet, self.user, self.saving, self.tell = preview, sheet, user, saving, tell
        self.written = 0
        self.changed = [one for one in preview.changed if not self._waits(one)]
        self.waiting = [one for one in preview.changed if self._waits(one)]
        self.edits = [edit for edit in preview.milestones if not self._waits(edit[1].activity)]
        changed = {activity.pk for activity in preview.changed} | {None}
        touched = {edit[1].activity.pk: edit[1].activity for edit in self.edits}
        self.only_touched = [activity for pk, activity in touched.items() if pk not in changed]
        """Stored activities of which only milestones change."""
        self.waiting_edits = [edit for edit in preview.milestones if self._waits(edit[1].activity)]

    def write(self) -> None:
        """Write everything. Raise `_NotSavedError` if that shows faults, which are then in the report."""
        self._refuse_reports_as_drafts()
        self._refuse_unread_texts()
        for activity in (*self.changed, *self.only_touched):
            keep_unknown_state(activity)
        self._add_activities()
        wanted = {activity.pk: {name: getattr(activity, name) for name in REPORTED} for activity in self.changed}
        for activity in self.changed:
            _update(activity)
            self._tell_one()
        everyone = [*self.preview.new, *self.changed]
        _write_roles([one for one in everyone if _changes(one, ROLES)])
        _write_goals([one for one in everyone if _changes(one, GOALS)])
        _write_milestones(self.edits)
        self._write_reports(wanted)
        keep_drafts(self.waiting, self.waiting_edits, self.user, _name_as_fields(self.saving), self._tell_one)
        self._log()
        if self.preview.report.faults:
            raise _NotSavedError

    def _waits(self, activity: Activity) -> bool:
        """Whether changes of an activity are kept as a draft, because it is published, now or as scheduled."""
        is_public = activity.pk is not None and activity.publication == Publication.PUBLISHED
        return is_public and self.saving.manner == Manner.DRAFTS

    def _refuse_reports_as_drafts(self) -> None:
        if self.saving.manner != Manner.DRAFTS:
            return
        for row in self.preview.report.public_reports:
            refuse_row(self.preview, self.sheet, row, "delivery_status", explain_no_draft())
        if self.preview.report.faults:
            raise _NotSavedError

    def _refuse_unread_texts(self) -> None:
        """Refuse to publish in plans whose texts somebody else must read first."""
        new = self.preview.new if self.saving.manner == Manner.PUBLISH else []
        public = [one for one in self.changed if one.publication == Publication.PUBLISHED]
        for activity in [*new, *public]:
            if activity.must_be_reviewed():
                refuse_row(self.preview, self.sheet, self.preview.row_of(activity), "plan", explain_review(activity))
        for activity in self.only_touched:
            is_public = activity.publication == Publication.PUBLISHED
            if self.sheet.milestones and is_public and activity.must_be_reviewed():
                refuse_row(self.preview, self.sheet.milestones, 1, "activity", explain_review(activity))
        if self.preview.report.faults:
            raise _NotSavedError

    def _add_activities(self) -> None:
        new: list[Any] = self.preview.new
        if self.saving.manner == Manner.PUBLISH:
            for activity in new:
                activity.publication, activity.publish_from = Publication.PUBLISHED, timezone.now()
        Activity.objects.create_many(new)

    def _write_reports(self, wanted: dict[int, dict[str, Any]]) -> None:
        # Activities that stop being merged come first, so that others can then be merged the other way.
        reported = [one for one in self.changed if _changes(one, REPORTED)]
        for activity in sorted(reported, key=lambda one: wanted[one.pk]["delivery_status"] == Activity.Delivery.MERGED):
            self._report(activity, wanted[activity.pk])
            self._tell_one()

    def _report(self, activity: Any, wanted: dict[str, Any]) -> None:
        note = self.saving.note_of_change
        try:
            write_report(
                activity,
                after=wanted["delivery_status"],
                text_sv=note["note_sv"],
                text_en=note["note_en"],
                by=self.user,
                reason_sv=wanted["status_reason_sv"] or "",
                reason_en=wanted["status_reason_en"] or "",
                merged_into=wanted["merged_into"],
            )
        except ValidationError as error:
            keys = {"after": "delivery_status", "reason_sv": "status_reason_sv", "merged_into": "merged_into"}
            named = next(iter(error.message_dict), "") if hasattr(error, "error_dict") else ""
            key, row = keys.get(named, "delivery_status"), self.preview.row_of(activity)
            refuse_row(self.preview, self.sheet, row, key, join_messages(error))

    def _log(self) -> None:
        """Log each change in the admin's history and, if it is public, in the change log."""
        Activity.objects.filter(pk__in=[one.pk for one in self.only_touched]).update(updated_at=timezone.now())
        everyone = [*self.changed, *self.only_touched]
        for activities, note in ((everyone, self.saving.note_of_change), (self.preview.new, self.saving.note_of_new)):
            note_changes([one for one in activities if one.is_published()], by=make_byline(self.user), **note)
        with override("sv"):
            words = _("Imported from an Excel file.")
        for flag, logged in ((ADDITION, self.preview.new), (CHANGE, everyone)):
            LogEntry.objects.log_actions(self.user.pk, logged, flag, words)
        for activity in everyone:  # a new one's first text is kept when it is changed
            keep_revision(activity, self.user, LogEntry(action_time=timezone.now(), change_message=words))

    def _tell_one(self) -> None:
        self.written += 1
        if self.written % SOME == 0:
            total = self.preview.report.total
            self.tell(total // 2 + self.written // 4, total)


def explain_no_draft() -> str:
    """Return why a changed status of a published activity cannot be kept as a draft."""
    return _(
        "The status of a published activity changes by a signed report, which is public at once and cannot be kept "
        "as a draft. Publish the file, or restore the status, the reasons and the target in the row."
    )


def explain_review(activity: Activity) -> str:
    """Return why an activity of a plan that needs two cannot be published from a file."""
    return _(
        "Somebody else must read “%(activity)s” before it is published. Save the file as drafts, and ask for a review."
    ) % {"activity": activity}


def _name_as_fields(saving: Saving) -> dict[str, str]:
    """Return the author's own change note by the names that it has in the form of an activity."""
    return {"log_note_sv": saving.note_sv, "log_note_en": saving.note_en}


def _update(activity: Any) -> None:
    """Save the changed columns, except those that only a report changes."""
    columns = [name for name in _changed(activity) if name not in (*REPORTED, *ROLES, *GOALS)]
    if not columns and not _changes(activity, (*ROLES, *GOALS)):
        return
    activity.save(update_fields=[*columns, *_list_originals(columns), "updated_at"])


def _list_originals(columns: Iterable[str]) -> list[str]:
    """Return the untranslated columns of texts, which modeltranslation fills with the Swedish one."""
    return [name.removesuffix("_sv") for name in columns if name.endswith("_sv")]


def _write_roles(activities: list[Any]) -> None:
    """Write the organisations as in the cells: delete the old roles before creating the new ones."""
    Involvement.objects.filter(activity__in=activities).delete()
    rows = [row for activity in activities for row in make_involvements(activity)]
    Involvement.objects.bulk_create(rows, batch_size=AT_ONCE)


def _write_goals(activities: list[Any]) -> None:
    Contribution.objects.filter(activity__in=activities).delete()
    rows = [row for activity in activities for row in make_contributions(activity)]
    Contribution.objects.bulk_create(rows, batch_size=AT_ONCE)


def _write_milestones(edits: Edits) -> None:
    new = [milestone for kind, milestone in edits if kind == NEW]
    for milestone in new:
        milestone.activity = milestone.activity  # which may have got its key only now
    Milestone.objects.bulk_create(new, batch_size=AT_ONCE)
    for milestone in (milestone for kind, milestone in edits if kind == CHANGED):
        columns = _changed(milestone)
        milestone.save(update_fields=[*columns, *_list_originals(columns)])
    Milestone.objects.filter(pk__in=[milestone.pk for kind, milestone in edits if kind == REMOVED]).delete()


def _changed(thing: Any) -> list[str]:
    return [change.key for change in thing.changes]


def _changes(activity: Any, keys: tuple[str, ...]) -> bool:
    return any(key in keys for key in _changed(activity))
