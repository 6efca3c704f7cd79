"""Import a previewed file: all of its rows in one transaction, or none."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from actionplans.models import Activity, Contribution, Involvement
from actionplans.services.reports import write_report
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.parser import Sheet
from actionplans.spreadsheet.preview import (
    Preview,
    Progress,
    Report,
    ignore_progress,
    join_messages,
    preview_rows,
    refuse_row,
)
from actionplans.spreadsheet.row_reader import Role
from contacts.bylines import make_byline
from publishing.changes import note_change

TEXT_SV = "Ändrat genom inläsning av Excel-fil."
TEXT_EN = "Changed by reading in an Excel file."
REPORTED = ("delivery_status", "status_reason_sv", "status_reason_en", "merged_into")
"""The columns that only a signed report changes."""
ROLES = ("responsible", "participating", "financing")
GOALS = ("goals_sv", "goals_en")
AT_ONCE = 500
SOME = 50


class _NotSavedError(Exception):
    """Rolls the transaction back."""


def import_sheet(
    sheet: Sheet, choices: Choices, user: User, *, tried: str | None, tell: Progress = ignore_progress
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
            _write(preview, sheet, user, tell)
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


def _write(preview: Preview, sheet: Sheet, user: User, tell: Progress) -> None:
    wanted = {activity.pk: {name: getattr(activity, name) for name in REPORTED} for activity in preview.changed}
    total, written = preview.report.total, 0
    Activity.objects.create_many(preview.new)
    for activity in preview.changed:
        _update(activity)
        written += 1
        if written % SOME == 0:
            tell(total // 2 + written // 4, total)
    everyone = [*preview.new, *preview.changed]
    _write_roles([one for one in everyone if _changes(one, ROLES)])
    _write_goals([one for one in everyone if _changes(one, GOALS)])
    # Activities that stop being merged come first, so that others can then be merged the other way.
    reported = [one for one in preview.changed if _changes(one, REPORTED)]
    for activity in sorted(reported, key=lambda one: wanted[one.pk]["delivery_status"] == Activity.Delivery.MERGED):
        _report(activity, wanted[activity.pk], preview, sheet, user)
        written += 1
        if written % SOME == 0:
            tell(total // 2 + written // 4, total)
    _log(preview, user)
    if preview.report.faults:
        raise _NotSavedError


def _update(activity: Any) -> None:
    """Save the changed columns, except those that only a report changes."""
    columns = [name for name in _changed(activity) if name not in (*REPORTED, *ROLES, *GOALS)]
    if not columns and not _changes(activity, (*ROLES, *GOALS)):
        return
    originals = [name[: -len("_sv")] for name in columns if name.endswith("_sv")]
    activity.save(update_fields=[*columns, *originals, "updated_at"])


def _write_roles(activities: list[Any]) -> None:
    """Write the organisations as in the cells: delete the old roles before creating the new ones."""
    Involvement.objects.filter(activity__in=activities).delete()
    rows = []
    for activity in activities:
        if activity.responsible:
            rows.append(Involvement(activity=activity, organisation=activity.responsible, role=Role.RESPONSIBLE))
        rows += [
            Involvement(activity=activity, organisation=one, role=Role.PARTICIPATING) for one in activity.participating
        ]
        rows += [
            Involvement(activity=activity, organisation=share.organisation, role=Role.FINANCING, amount=share.amount)
            for share in activity.financing
        ]
    Involvement.objects.bulk_create(rows, batch_size=AT_ONCE)


def _write_goals(activities: list[Any]) -> None:
    Contribution.objects.filter(activity__in=activities).delete()
    rows = []
    for activity in activities:
        english = {(link.goal.pk, link.priority and link.priority.pk): link.how for link in activity.goals_en}
        for goal, priority, how in activity.goals_sv:
            texts: dict[str, Any] = {"how_sv": how, "how_en": english.get((goal.pk, priority and priority.pk), "")}
            rows.append(Contribution(activity=activity, goal=goal, priority=priority, **texts))
    Contribution.objects.bulk_create(rows, batch_size=AT_ONCE)


def _report(activity: Any, wanted: dict[str, Any], preview: Preview, sheet: Sheet, user: User) -> None:
    try:
        write_report(
            activity,
            after=wanted["delivery_status"],
            text_sv=TEXT_SV,
            text_en=TEXT_EN,
            by=user,
            reason_sv=wanted["status_reason_sv"] or "",
            reason_en=wanted["status_reason_en"] or "",
            merged_into=wanted["merged_into"],
        )
    except ValidationError as error:
        keys = {"after": "delivery_status", "reason_sv": "status_reason_sv", "merged_into": "merged_into"}
        named = next(iter(error.message_dict), "") if hasattr(error, "error_dict") else ""
        refuse_row(preview, sheet, preview.row_of(activity), keys.get(named, "delivery_status"), join_messages(error))


def _log(preview: Preview, user: User) -> None:
    """Log each change in the admin's history and, if it is public, in the change log."""
    for activity in preview.changed:
        if activity.is_published():
            note_change(activity, by=make_byline(user), note_sv=TEXT_SV, note_en=TEXT_EN)
    with override("sv"):
        words = _("Imported from an Excel file.")
    for flag, activities in ((ADDITION, preview.new), (CHANGE, preview.changed)):
        LogEntry.objects.log_actions(user.pk, activities, flag, words)


def _changed(activity: Any) -> list[str]:
    return [change.key for change in activity.changes]


def _changes(activity: Any, keys: tuple[str, ...]) -> bool:
    return any(key in keys for key in _changed(activity))
