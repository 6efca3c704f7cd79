"""Read one row of the sheet of milestones: what it would add, change or remove, or why it is refused."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.milestone_columns import MILESTONE_COLUMNS
from actionplans.models import Activity, Milestone
from actionplans.spreadsheet.cell_kinds import Row
from actionplans.spreadsheet.cells import strip_cell
from actionplans.spreadsheet.choices import Choices
from actionplans.spreadsheet.names import fold_text
from actionplans.spreadsheet.sheet_reader import Change, Refusals, SheetReader

REQUIRED = [column for column in MILESTONE_COLUMNS if column.is_required]
NOT_VALIDATED = ("activity", "title")
"""The activity was found among the user's own; the untranslated title is filled by modeltranslation."""
Key = tuple[Any, str, date | None]


class MilestoneReader(SheetReader):
    """Reads the rows of milestones.

    A row is removed by clearing all its cells but the id: a row or a sheet that is absent says nothing.
    """

    columns = MILESTONE_COLUMNS
    refusals = Refusals(
        gettext_lazy("You do not have permission to add milestones. Remove the row."),
        gettext_lazy("You do not have permission to change milestones. Restore the row."),
        gettext_lazy("The milestone belongs to a plan that you do not coordinate. Remove the row."),
        gettext_lazy("There is no milestone with the id %(id)s. Clear the cell if the row is a new milestone."),
        gettext_lazy("The id is already used in row %(row)s. Clear the cell if the row is a new milestone."),
    )

    def __init__(
        self,
        choices: Choices,
        existing: Mapping[int, Milestone] | None = None,
        language: str | None = None,
        known: Iterable[Key] = (),
    ) -> None:
        """`known` are the stored milestones that new ones must differ from, by `make_key`."""
        super().__init__(choices, existing, language)
        self._rows_of_known = dict.fromkeys(known, 0)

    def read_row(self, number: int, cells: Mapping[str, Any]) -> Any:
        given = cells["id"]
        milestone: Any = Milestone() if given == "" else self.existing[int(strip_cell(given))]
        milestone.changes, milestone.is_removed = [], self._is_removed(milestone, cells)
        if milestone.is_removed:
            shown = self.show_cells(milestone)
            milestone.changes = [Change(key, text, "") for key, text in shown.items() if key != "id" and text]
            return milestone
        errors = self._read_cells(milestone, cells)
        if errors or milestone.changes or milestone.pk is None:
            _validate(milestone, errors)
        if milestone.pk is None:
            self._refuse_known(milestone, number)
        return milestone

    def _is_removed(self, milestone: Milestone, cells: Mapping[str, Any]) -> bool:
        """Whether a stored milestone's row was cleared, in a sheet that still has the columns that it needs."""
        is_cleared = all(cell == "" for key, cell in cells.items() if key != "id")
        return milestone.pk is not None and is_cleared and all(column.key in cells for column in REQUIRED)

    def _read_cells(self, milestone: Any, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Parse every cell that differs from the milestone. Return the errors, by column."""
        errors: dict[str, Any] = {}
        row = Row(self.choices, milestone)
        for column in MILESTONE_COLUMNS[1:]:
            before = getattr(milestone, column.key, None) if milestone.pk else None
            if column.key not in cells:
                if milestone.pk is None and column.is_required:
                    why = _("The column is missing but is required for a new milestone.")
                    errors[column.key] = ValidationError(why)
                continue
            try:
                self.read_cell(column, cells[column.key], row)
                if column.key == "activity" and before is not None:
                    _keep_activity(milestone, before)
            except ValueError as error:
                errors[column.key] = ValidationError(str(error))
            else:
                if column.is_required and not getattr(milestone, column.key, None):
                    errors[column.key] = ValidationError(_explain_missing(milestone, str(column.label)))
        return errors

    def _refuse_known(self, milestone: Milestone, number: int) -> None:
        """Refuse a new milestone that is there already: the same file may come twice."""
        key = make_key(milestone)
        earlier = self._rows_of_known.setdefault(key, number)
        if earlier == 0:
            raise ValidationError(
                {"title_sv": _("The activity already has a milestone with this text and date. Remove the row.")}
            )
        if earlier != number:
            words = _("Row %(row)s has the same activity, text and date. Remove one of the rows.")
            raise ValidationError({"title_sv": words % {"row": earlier}})


def make_key(milestone: Any) -> Key:
    """Return what two milestones of an activity must not have in common."""
    activity = milestone.activity
    return activity.pk or id(activity), fold_text(milestone.title_sv or ""), milestone.due_on


def find_activities(cells: Iterable[Any], ids: Iterable[int], choices: Choices, *, lock: bool) -> dict[int, Activity]:
    """Return the user's stored activities that the rows of milestones are about, by id.

    With `lock`, they are locked until the transaction ends: whoever edits their milestones in a form locks them too.
    """
    named = [activity.pk for cell in set(cells) if isinstance(cell, str) for activity in choices.activities.match(cell)]
    of_stored = Milestone.objects.filter(pk__in=list(ids)).values("activity")
    activities = Activity.objects.filter(Q(pk__in=named) | Q(pk__in=of_stored), plan__in=choices.own)
    if lock:
        activities = activities.select_for_update(of=("self",))
    return {activity.pk: activity for activity in activities.select_related("plan").order_by("pk")}


def _keep_activity(milestone: Any, before: Activity) -> None:
    """Let a stored milestone stay with its activity, also under the address that the file gives it."""
    if milestone.activity.pk != before.pk:
        milestone.activity = before
        raise ValueError(
            _(
                "A milestone cannot be moved to another activity. Restore the cell, or clear the row and add the "
                "milestone to the other activity in a new row."
            )
        )
    milestone.activity = before
    milestone.changes = [change for change in milestone.changes if change.key != "activity"]


def _validate(milestone: Any, errors: dict[str, Any]) -> None:
    errors = ValidationError(errors).error_dict
    try:
        milestone.full_clean(exclude={*errors, *NOT_VALIDATED}, validate_unique=False)
    except ValidationError as error:
        error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def _explain_missing(milestone: Any, column: str) -> str:
    if milestone.pk is None:
        return _("The cell is empty but required for every milestone: %(column)s.") % {"column": column}
    return _(
        "The cell is empty but required for every milestone: %(column)s. To remove the milestone, clear all cells "
        "of the row but the id."
    ) % {"column": column}
