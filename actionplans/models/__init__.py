"""Action plans and their activities: who does what, when, for which goal, and the progress."""

from actionplans.models.activities import (
    Activity,
    ActivityQuerySet,
    Contribution,
    FormerPlace,
    Involvement,
    format_years,
    late_by,
)
from actionplans.models.imports import ActivityImport
from actionplans.models.organisations import Organisation
from actionplans.models.plans import ActionPlan, Colour, Theme
from actionplans.models.work import Milestone, Reminder, StatusUpdate

__all__ = [
    "ActionPlan",
    "Activity",
    "ActivityImport",
    "ActivityQuerySet",
    "Colour",
    "Contribution",
    "FormerPlace",
    "Involvement",
    "Milestone",
    "Organisation",
    "Reminder",
    "StatusUpdate",
    "Theme",
    "format_years",
    "late_by",
]
