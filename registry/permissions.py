"""Who may read what in the registry. Every page, list and file view asks here."""

from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from registry.models import Case, File, Intake, Party, ReadingGrant, SecrecyMark
from registry.transitions import MAY_HAVE_CASES, MAY_READ_SECRET

READS_ALL = "registry.view_case"


def find_readable_cases(user: User) -> QuerySet[Case]:
    """Return all cases for registrars and archivists, and their own for officers.

    Cases marked with secrecy only for users with the permission for all of them, or with a `ReadingGrant` for the case.
    """
    cases = Case.objects.all()
    if not user.has_perm(READS_ALL):
        cases = cases.filter(assigned_to=user.pk) if user.has_perm(MAY_HAVE_CASES) else cases.none()
    if user.has_perm(MAY_READ_SECRET):
        return cases
    return cases.filter(~Exists(_marks_in_force(OuterRef("pk"))) | Exists(_grants(user, OuterRef("pk"))))


def may_read_secret(user: User, case: Case) -> bool:
    """Whether the user may read what is marked with secrecy, in all cases or in this one."""
    return user.has_perm(MAY_READ_SECRET) or _grants(user, case).exists()


def is_marked(case: Case) -> bool:
    """Whether a secrecy mark is in force."""
    return _marks_in_force(case).exists()


def may_be_distributed_to(officer: User, case: Case) -> bool:
    """Whether an officer could read the case if it were theirs."""
    return may_read_secret(officer, case) or not is_marked(case)


def may_read_case(user: User, case: Case) -> bool:
    return find_readable_cases(user).filter(pk=case.pk).exists()


def may_read(user: User, file: File) -> bool:
    """Whether the user may read the file: whoever may read its case, or its arrival as long as there is no case."""
    return may_read_case(user, file.record.case) if file.record else may_read_intake(user, cast("Intake", file.intake))


def may_read_intake(user: User, intake: Intake) -> bool:
    """Whether the user may read the arrival: whoever may read its case, or arrivals as long as there is no case."""
    record = getattr(intake, "record", None)
    return may_read_case(user, record.case) if record else user.has_perm("registry.view_intake")


def may_read_mail(user: User, intake: Intake) -> bool:
    """Whether the user may read the original mail. It names everyone, also those with a protected identity."""
    if not may_read_intake(user, intake):
        return False
    case = Case.objects.filter(records__intake=intake).first()
    if case is None or may_read_secret(user, case):
        return True
    return not Party.objects.filter(record__case=case, identity_is_protected=True).exists()


def _marks_in_force(case: Any) -> QuerySet[SecrecyMark]:
    return SecrecyMark.objects.filter(case=case, lifted_on=None)


def _grants(user: User, case: Any) -> QuerySet[ReadingGrant]:
    return ReadingGrant.objects.filter(case=case, officer=user.pk, ended_at=None)
