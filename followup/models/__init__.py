"""Follow-ups of a strategy, with assessments and their evidence."""

from followup.models.assessments import Assessment, AssessmentQuerySet, Evidence, Verdict
from followup.models.followups import Correction, FollowUp

__all__ = ["Assessment", "AssessmentQuerySet", "Correction", "Evidence", "FollowUp", "Verdict"]
