"""Where the money comes from: programmes, their calls, and the words that tell which theme a project is about."""

from funding.models.calls import Call, CallQuerySet, CallState
from funding.models.programmes import APPLICANTS, FundingProgramme, Guidance
from funding.models.words import ThemeWords

__all__ = ["APPLICANTS", "Call", "CallQuerySet", "CallState", "FundingProgramme", "Guidance", "ThemeWords"]
