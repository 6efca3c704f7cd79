"""Public titles that are proposed for new cases: from templates, never from what a sender wrote (OSL 2009:400, 5:2)."""

import re

from django.utils import translation
from django.utils.translation import gettext as _

from registry.models import Case, CaseKind, Intake
from registry.services import STAFF_LANGUAGE

CASE_PAGE = re.compile(r"^/[\w/-]*/(?P<series>[\w-]+)/(?P<year>\d{4})/(?P<number>\d{1,9})/$", re.ASCII)
"""The address of a case in the public register, in either language."""


def propose_title(intake: Intake, about: str) -> str:
    """What the register says until the registrar has said otherwise. `about` is the page that the form stood on."""
    with translation.override(STAFF_LANGUAGE):
        if intake.kind != CaseKind.DISCLOSURE:
            return _("Message to %(addressee)s") % {"addressee": intake.addressee}
        case = find_case_at(about)
        if case is None:
            return _("Request for a public document")
        return _("Request for a public document: %(number)s") % {"number": case}


def find_case_at(path: str) -> Case | None:
    """The case whose page in the public register has that address, if there is one."""
    found = CASE_PAGE.match(path)
    if not found:
        return None
    cases = Case.objects.public().filter(series__code__iexact=found["series"], year=found["year"])
    return cases.filter(number=found["number"]).first()
