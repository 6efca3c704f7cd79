"""Who may read what in the registry. Every page, list and file asks here."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from registry.models import Case, File, SecrecyMark
from registry.transitions import MAY_HAVE_CASES, MAY_READ_SECRET

READS_ALL = "registry.view_case"


def readable_cases(user: User) -> QuerySet[Case]:
    """All cases for those who keep or guard the registry; for an officer, her own. Marked ones only with the right."""
    cases = Case.objects.all()
    if not user.has_perm(READS_ALL):
        cases = cases.filter(assigned_to=user.pk) if user.has_perm(MAY_HAVE_CASES) else cases.none()
    return cases if user.has_perm(MAY_READ_SECRET) else cases.filter(~Exists(_marks_in_force(OuterRef("pk"))))


def may_read_case(user: User, case: Case) -> bool:
    return readable_cases(user).filter(pk=case.pk).exists()


def may_read(user: User, file: File) -> bool:
    """A file is read by those who read its case; what has none yet, by those who see arrivals."""
    record = file.record or getattr(file.intake, "record", None)
    return may_read_case(user, record.case) if record else user.has_perm("registry.view_intake")


def _marks_in_force(case: Any) -> QuerySet[SecrecyMark]:
    return SecrecyMark.objects.filter(case=case, lifted_on=None)
