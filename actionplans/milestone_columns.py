"""The columns of a milestone, which have a sheet of their own in the Excel files of coordinators."""

from django.utils.translation import gettext_lazy as _

from actionplans.columns import Column
from actionplans.spreadsheet.cell_kinds import ActivityCell, DayCell, IdCell, TextCell

MILESTONE_COLUMNS = (
    Column(
        "id",
        _("Id"),
        _("The portal's own number for the milestone. It shows which milestone the row is about: do not change it."),
        _("Leave empty in a new row: the portal adds the number when the file is imported."),
        "217",
        width=8,
        cell=IdCell(),
    ),
    Column(
        "activity",
        _("Activity"),
        _("The activity that the milestone is part of. A milestone cannot be moved to another activity."),
        _("The address of a plan and an activity, separated by a slash. The activity can be new in the same file."),
        "innovation/testbaddar-i-skogen",
        is_required=True,
        width=44,
        cell=ActivityCell(),
    ),
    Column(
        "title_sv",
        _("Milestone, Swedish"),
        _("What should have happened by the date."),
        _("Text on one line, at most 200 characters."),
        "Första spadtaget",
        is_required=True,
        width=40,
        cell=TextCell(is_one_line=True),
    ),
    Column(
        "title_en",
        _("Milestone, English"),
        _("The milestone in English. If it is missing, the English page shows the Swedish text."),
        _("Text on one line, at most 200 characters."),
        "The ground is broken",
        width=40,
        cell=TextCell(is_one_line=True),
    ),
    Column(
        "due_on",
        _("Due date"),
        _("The date by which it should have happened."),
        _("A date, such as 2026-09-01."),
        "2026-09-01",
        is_required=True,
        width=14,
        cell=DayCell(),
    ),
    Column(
        "reached_on",
        _("Reached on"),
        _("The date it happened."),
        _("A date that has passed, or leave empty until it has happened."),
        "2026-08-20",
        width=14,
        cell=DayCell(is_past=True),
    ),
)
