"""Proposed public titles of new cases, never taken from what a sender wrote (OSL 2009:400, 5:2)."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from registry.models import Case, CaseKind, Intake

CASE_PAGE = re.compile(r"^/[\w/-]*/(?P<series>[\w-]+)/(?P<year>\d{4})/(?P<number>\d{1,9})/$", re.ASCII)
"""The address of a case in the public register, in either language."""


def propose_title(intake: Intake, about: str) -> str:
    """Return the title until the registrar sets another. `about` is the page that the form was sent from."""
    with translation.override(settings.LANGUAGE_CODE):
        if intake.kind != CaseKind.DISCLOSURE:
            return _("Message to %(addressee)s") % {"addressee": intake.addressee}
        case = find_case_at(about)
        if case is None:
            return _("Request for a public document")
        return _("Request for a public document: %(number)s") % {"number": case}


def find_case_at(path: str) -> Case | None:
    """Return the case whose public page has that address, if any."""
    found = CASE_PAGE.match(path)
    if not found:
        return None
    cases = Case.objects.public().filter(series__code__iexact=found["series"], year=found["year"])
    return cases.filter(number=found["number"]).first()
