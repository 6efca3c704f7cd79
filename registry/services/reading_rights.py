"""Rights to read one marked case: given by the registrar, ended when the case leaves the officer."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop

from jobs import clock
from registry import chain
from registry.models import Case, Event, ReadingGrant
from registry.permissions import may_read_secret
from registry.services.notices import notify_staff
from registry.transitions import MAY_READ_SECRET, PERMISSIONS, Actor


def grant_reading_right(case: Case, officer: User, user: User) -> None:
    """Let an officer read one marked case. Only those who may read and distribute it may give the right."""
    if not user.has_perms([MAY_READ_SECRET, PERMISSIONS[Actor.REGISTRAR]]):
        raise PermissionDenied
    if not may_read_secret(officer, case):
        ReadingGrant.objects.create(case=case, officer=officer, granted_by=user.get_username())
        chain.append_event(Event.Kind.READING_GRANTED, case=case, actor=user.get_username(), to=officer.get_username())


def end_reading_right(case: Case, officer: User, user: User | AnonymousUser) -> None:
    """End an officer's right to read a case. The caller has locked the case."""
    given = ReadingGrant.objects.filter(case=case, officer=officer, ended_at=None)
    if given.update(ended_at=clock.read_time(), ended_by=user.get_username()):
        chain.append_event(Event.Kind.READING_ENDED, case=case, actor=user.get_username(), to=officer.get_username())


def notify_former_officer(case: Case, officer: User) -> None:
    """Notify an officer who no longer has a case."""
    if officer.email:
        subject = gettext_noop("A case is no longer assigned to you: %(number)s")
        body = gettext_noop(
            "%(number)s has been taken over from you. You do not need to do anything more with it.\n\nSee who "
            "has it now:\n%(link)s\n"
        )
        notify_staff(case, officer.email, subject, body)
