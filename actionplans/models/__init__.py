"""Action plans and their activities: who does what, when, for which goal, and how it goes."""

from actionplans.models.activities import (
    Activity,
    ActivityQuerySet,
    Contribution,
    FormerPlace,
    Involvement,
    late_by,
    years_in_words,
)
from actionplans.models.organisations import Organisation
from actionplans.models.plans import ActionPlan, Colour, Theme
from actionplans.models.work import Milestone, Reminder, StatusUpdate

__all__ = [
    "ActionPlan",
    "Activity",
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
    "late_by",
    "years_in_words",
]
