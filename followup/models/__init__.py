"""Follow-ups of a strategy: what was judged, on what evidence, and what was seen on the day."""

from followup.models.assessments import Assessment, AssessmentQuerySet, Evidence, Verdict
from followup.models.followups import Correction, FollowUp

__all__ = ["Assessment", "AssessmentQuerySet", "Correction", "Evidence", "FollowUp", "Verdict"]
