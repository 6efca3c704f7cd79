"""What the page of a case says about disposal: that it is allowed, or why not (Arkivlagen 1990:782, 10 §)."""

from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from registry.models import Case, Disposal
from registry.retention import find_reason_to_keep
from registry.services.mail_disposal import UNDECIDED
from registry.transitions import PERMISSIONS, TRANSITIONS, Act

ENDED = (*TRANSITIONS[Act.PROPOSE_DISPOSAL].sources, Case.Status.DELIVERED)


class CaseDisposal(NamedTuple):
    """A sentence, with the disposal that the case is part of or whether one can be proposed."""

    words: str
    waiting: Disposal | None = None
    may_propose: bool = False


def find_case_disposal(case: Case, user: User) -> CaseDisposal | None:
    """Return the information for users who may propose a disposal; None for open and disposed cases."""
    if not any(user.has_perm(PERMISSIONS[actor]) for actor in TRANSITIONS[Act.PROPOSE_DISPOSAL].actors):
        return None
    if case.status in (Case.Status.DISPOSAL_PROPOSED, Case.Status.DISPOSAL_DECIDED):
        waiting = case.disposals.filter(state__in=UNDECIDED).first()
        return CaseDisposal(find_reason_to_keep(case), waiting)
    if case.status not in ENDED:
        return None
    if reason := find_reason_to_keep(case):
        return CaseDisposal(reason)
    return CaseDisposal(_("According to the retention plan it no longer needs to be kept."), may_propose=True)
