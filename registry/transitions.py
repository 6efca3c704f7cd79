"""Every act that moves a case from one status to another, and who may do it. Nothing else changes a status.

`docs/registry.md` has a diagram of this table; a test compares them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from registry.models import Case, Event

MAY_HAVE_CASES = "registry.view_record"
"""The permission of users to whom cases can be assigned."""
MAY_READ_SECRET = "registry.read_secret_case"  # noqa: S105 - a permission, not a password

Status = Case.Status


class Actor(StrEnum):
    REGISTRAR = "registrar"
    OFFICER = "officer"
    """Whoever the case is assigned to, for that case alone."""
    ARCHIVIST = "archivist"


class Act(TextChoices):
    """The acts, labelled as their buttons."""

    DISTRIBUTE = "distribute", _("Distribute")
    ACCEPT = "accept", _("Accept")
    RETURN = "return", _("Return to the registrar")
    REST = "rest", _("Put on hold")
    RESUME = "resume", _("Resume")
    ANSWER = "answer", _("Mark as answered")
    CLOSE = "close", _("Close the case")
    REOPEN = "reopen", _("Reopen")
    VOID = "void", _("Void")
    DELIVER = "deliver", _("Deliver to the e-archive")
    ARCHIVE = "archive", _("Confirm the archive's receipt")
    REFUSE_DELIVERY = "refuse_delivery", _("Record the archive's refusal")
    PROPOSE_DISPOSAL = "propose_disposal", _("Propose disposal")
    REJECT_DISPOSAL = "reject_disposal", _("Reject the disposal")
    WITHDRAW_DISPOSAL = "withdraw_disposal", _("Withdraw the proposal")
    DECIDE_DISPOSAL = "decide_disposal", _("Decide the disposal")
    DISPOSE = "dispose", _("Carry out the disposal")


@dataclass(frozen=True)
class Transition:
    """One act: from which statuses, to which, by whom, and what it requires."""

    act: Act
    sources: frozenset[Status]
    target: Status | None
    """None: back to the status before the disposal was proposed."""
    actors: frozenset[Actor]
    event: Event.Kind
    needs_reason: bool = False
    needs_officer: bool = False

    @property
    def targets(self) -> tuple[Status, ...]:
        if self.target is not None:
            return (self.target,)
        sources = TRANSITIONS[Act.PROPOSE_DISPOSAL].sources
        return tuple(status for status in Status if status in sources)


def _row(act: Act, sources: Iterable[Status], target: Status | None, actors: Iterable[Actor], event: Event.Kind,
         **needs: bool) -> Transition:  # fmt: skip
    return Transition(act, frozenset(sources), target, frozenset(actors), event, **needs)


REGISTRAR, OFFICER, ARCHIVIST = Actor
UNDER_WAY = (Status.DISTRIBUTED, Status.IN_PROGRESS, Status.RESTING)

TRANSITIONS = {
    row.act: row
    for row in [
        _row(Act.DISTRIBUTE, [Status.REGISTERED, *UNDER_WAY], Status.DISTRIBUTED, [REGISTRAR],
             Event.Kind.DISTRIBUTED, needs_officer=True),
        _row(Act.ACCEPT, [Status.DISTRIBUTED], Status.IN_PROGRESS, [OFFICER], Event.Kind.ACCEPTED),
        _row(Act.RETURN, UNDER_WAY, Status.REGISTERED, [OFFICER, REGISTRAR], Event.Kind.RETURNED, needs_reason=True),
        _row(Act.REST, [Status.IN_PROGRESS], Status.RESTING, [OFFICER, REGISTRAR], Event.Kind.RESTED,
             needs_reason=True),
        _row(Act.RESUME, [Status.RESTING], Status.IN_PROGRESS, [OFFICER, REGISTRAR], Event.Kind.RESUMED),
        _row(Act.ANSWER, [Status.IN_PROGRESS], Status.ANSWERED, [OFFICER], Event.Kind.ANSWERED),
        _row(Act.CLOSE, [Status.REGISTERED, Status.DISTRIBUTED, Status.IN_PROGRESS, Status.ANSWERED], Status.CLOSED,
             [REGISTRAR], Event.Kind.CLOSED),
        _row(Act.REOPEN, [Status.ANSWERED, Status.CLOSED], Status.IN_PROGRESS, [REGISTRAR], Event.Kind.REOPENED,
             needs_reason=True, needs_officer=True),
        _row(Act.VOID, [Status.REGISTERED, Status.DISTRIBUTED], Status.VOIDED, [REGISTRAR], Event.Kind.VOIDED,
             needs_reason=True),
        _row(Act.DELIVER, [Status.CLOSED], Status.DELIVERED, [ARCHIVIST], Event.Kind.DELIVERED),
        _row(Act.ARCHIVE, [Status.DELIVERED], Status.ARCHIVED, [ARCHIVIST], Event.Kind.ARCHIVED),
        _row(Act.REFUSE_DELIVERY, [Status.DELIVERED], Status.CLOSED, [ARCHIVIST], Event.Kind.DELIVERY_REFUSED,
             needs_reason=True),
        _row(Act.PROPOSE_DISPOSAL, [Status.CLOSED, Status.ARCHIVED, Status.VOIDED], Status.DISPOSAL_PROPOSED,
             [REGISTRAR, ARCHIVIST], Event.Kind.DISPOSAL_PROPOSED, needs_reason=True),
        _row(Act.REJECT_DISPOSAL, [Status.DISPOSAL_PROPOSED], None, [ARCHIVIST],
             Event.Kind.DISPOSAL_REJECTED, needs_reason=True),
        _row(Act.WITHDRAW_DISPOSAL, [Status.DISPOSAL_PROPOSED, Status.DISPOSAL_DECIDED], None,
             [REGISTRAR, ARCHIVIST], Event.Kind.DISPOSAL_WITHDRAWN, needs_reason=True),
        _row(Act.DECIDE_DISPOSAL, [Status.DISPOSAL_PROPOSED], Status.DISPOSAL_DECIDED, [ARCHIVIST],
             Event.Kind.DISPOSAL_DECIDED),
        _row(Act.DISPOSE, [Status.DISPOSAL_DECIDED], Status.DISPOSED, [ARCHIVIST], Event.Kind.DISPOSED),
    ]
}  # fmt: skip

THROUGH_THEIR_OWN_PAGES = frozenset({
    Act.DELIVER, Act.ARCHIVE, Act.REFUSE_DELIVERY,
    Act.PROPOSE_DISPOSAL, Act.REJECT_DISPOSAL, Act.WITHDRAW_DISPOSAL, Act.DECIDE_DISPOSAL, Act.DISPOSE,
})  # fmt: skip
"""Acts of the archive: they concern many cases at a time, and have pages of their own."""

PERMISSIONS = {
    Actor.REGISTRAR: "registry.change_case",
    Actor.OFFICER: MAY_HAVE_CASES,
    Actor.ARCHIVIST: "registry.dispose_case",
}


def find_actors(user: User | AbstractBaseUser | AnonymousUser, case: Case) -> frozenset[Actor]:
    """Return the capacities in which a user may act on a case."""
    return frozenset(
        actor
        for actor, permission in PERMISSIONS.items()
        if user.has_perm(permission)  # type: ignore[union-attr]
        and (actor != Actor.OFFICER or (case.assigned_to_id is not None and case.assigned_to_id == user.pk))
    )


def may_perform(user: User | AbstractBaseUser | AnonymousUser, act: Act, case: Case) -> bool:
    """Whether a user may perform an act on a case in its present status."""
    transition = TRANSITIONS[act]
    if case.status not in transition.sources or not transition.actors & find_actors(user, case):
        return False
    return act != Act.REOPEN or case.status == Status.ANSWERED or case.may_be_reopened()


def find_acts(user: User | AbstractBaseUser | AnonymousUser, case: Case) -> list[Transition]:
    """Return the acts that a user may perform now on the case's page, in the order of the table."""
    return [
        transition
        for act, transition in TRANSITIONS.items()
        if act not in THROUGH_THEIR_OWN_PAGES and may_perform(user, act, case)
    ]
